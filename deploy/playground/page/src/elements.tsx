// Elements a person can act on. Each tells its surface the new value and, unless silent, the app.
import { useEffect, useState } from "react";
import type { Surface } from "./blocks";
import { useConfirm } from "./confirm";
import { useDirectory } from "./directory";
import { isHttps } from "./text";
import type { Json } from "./types";

export type Act = (block: Json, element: Json, value: unknown) => Promise<void>;

interface Props {
  block: Json;
  element: Json;
  surface: Surface;
  fieldId?: string;
  describedBy?: string;
  silent?: boolean; // inside a form: kept until it is submitted
}

export function Element(props: Props) {
  const { element } = props;
  switch (element.type) {
    case "button":
    case "icon_button":
    case "workflow_button":
      return <Button {...props} />;
    case "feedback_buttons":
      return <FeedbackButtons {...props} />;
    case "static_select":
    case "users_select":
    case "channels_select":
    case "conversations_select":
    case "external_select":
      return <Select {...props} />;
    case "overflow":
      return <Select {...props} />;
    case "radio_buttons":
    case "checkboxes":
      return <Choices {...props} />;
    case "multi_static_select":
    case "multi_users_select":
      return <Choices {...props} />;
    case "plain_text_input":
    case "number_input":
    case "email_text_input":
    case "url_text_input":
    case "datepicker":
    case "timepicker":
      return <Input {...props} />;
    default:
      return <p className="note">This element cannot be used here ({element.type}).</p>;
  }
}

function useAct({ block, element, surface, silent }: Props) {
  const confirm = useConfirm();
  return async (value: unknown) => {
    if (element.confirm && !(await confirm(element.confirm))) return;
    surface.setValue(block.block_id, element.action_id, value);
    if (!silent) await surface.act(block, element, value);
  };
}

function currentValue({ block, element, surface }: Props, initial: unknown): any {
  const held = surface.values[block.block_id];
  return held && element.action_id in held ? held[element.action_id] : initial;
}

function Button(props: Props) {
  const { element, surface } = props;
  const act = useAct(props);
  const busy = surface.busy === element.action_id;
  const open = () => {
    if (element.url && isHttps(element.url))
      window.open(element.url, "_blank", "noopener,noreferrer");
    void act(undefined);
  };
  return (
    <button
      type="button"
      className={`action ${element.style ?? ""}`}
      aria-label={element.accessibility_label}
      aria-busy={busy}
      onClick={open}
    >
      {element.text?.text}
    </button>
  );
}

function FeedbackButtons(props: Props) {
  const { element } = props;
  const act = useAct(props);
  const chosen = currentValue(props, null);
  return (
    <span className="feedback" role="group" aria-label="Feedback">
      {(["positive", "negative"] as const).map((side) => {
        const button = element[`${side}_button`] as Json;
        return (
          <button
            key={side}
            type="button"
            className="action"
            aria-pressed={chosen === side}
            aria-label={button.accessibility_label ?? button.text.text}
            onClick={() => void act(side)}
          >
            <Thumb down={side === "negative"} /> {button.text.text}
          </button>
        );
      })}
    </span>
  );
}

function Thumb({ down }: { down: boolean }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="15"
      height="15"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinejoin="round"
      aria-hidden="true"
      style={down ? { transform: "rotate(180deg)" } : undefined}
    >
      <path d="M7 11v9H4v-9zM7 11l4-8c1.7 0 3 1.2 3 3v4h5.2c1.2 0 2 1.1 1.8 2.2l-1.3 6.2c-.2 1-1 1.6-1.9 1.6H7" />
    </svg>
  );
}

interface Option {
  value: string;
  label: string;
  description?: string;
}

function useOptions(element: Json): { groups: { label: string; options: Option[] }[] } {
  const { workspace } = useDirectory();
  const plain = (options: Json[]): Option[] =>
    options.map((option) => ({
      value: option.value,
      label: option.text.text,
      description: option.description?.text,
    }));
  if (element.option_groups)
    return {
      groups: (element.option_groups as Json[]).map((group) => ({
        label: group.label.text,
        options: plain(group.options),
      })),
    };
  if (element.type.includes("users"))
    return {
      groups: [{ label: "", options: workspace.people.map((p) => ({ value: p.id, label: p.name })) }],
    };
  if (element.type.startsWith("channels") || element.type.startsWith("conversations"))
    return {
      groups: [
        { label: "", options: workspace.channels.map((c) => ({ value: c.id, label: `#${c.name}` })) },
      ],
    };
  return { groups: [{ label: "", options: plain(element.options ?? []) }] };
}

function Select(props: Props) {
  const { element, fieldId, describedBy } = props;
  const act = useAct(props);
  const { groups } = useOptions(element);
  const initial =
    element.initial_option?.value ??
    element.initial_user ??
    element.initial_channel ??
    element.initial_conversation ??
    "";
  const menu = element.type === "overflow";
  const placeholder = element.placeholder?.text ?? (menu ? "More…" : "Choose…");
  return (
    <select
      id={fieldId}
      className="select"
      aria-label={fieldId ? undefined : placeholder}
      aria-describedby={describedBy}
      value={menu ? "" : (currentValue(props, initial) ?? "")}
      onChange={(event) => void act(event.target.value || null)}
    >
      <option value="" disabled={menu}>
        {placeholder}
      </option>
      {groups.map((group, index) =>
        group.label ? (
          <optgroup key={index} label={group.label}>
            {group.options.map(renderOption)}
          </optgroup>
        ) : (
          group.options.map(renderOption)
        ),
      )}
    </select>
  );
}

const renderOption = (option: Option) => (
  <option key={option.value} value={option.value}>
    {option.label}
  </option>
);

function Choices(props: Props) {
  const { block, element, describedBy } = props;
  const act = useAct(props);
  const { groups } = useOptions(element);
  const single = element.type === "radio_buttons";
  const initial = single
    ? (element.initial_option?.value ?? null)
    : (element.initial_users ?? (element.initial_options ?? []).map((o: Json) => o.value));
  const chosen = currentValue(props, initial);
  const toggle = (value: string) => {
    if (single) return act(value);
    const held = chosen as string[];
    return act(held.includes(value) ? held.filter((one) => one !== value) : [...held, value]);
  };
  return (
    <div className="choices" role={single ? "radiogroup" : "group"} aria-describedby={describedBy}>
      {groups.flatMap((group) => group.options).map((option) => (
        <label key={option.value}>
          <input
            type={single ? "radio" : "checkbox"}
            name={`${block.block_id}-${element.action_id}`}
            checked={single ? chosen === option.value : chosen.includes(option.value)}
            onChange={() => void toggle(option.value)}
          />
          <span>
            {option.label}
            {option.description && <small>{option.description}</small>}
          </span>
        </label>
      ))}
    </div>
  );
}

const INPUT_TYPES: Record<string, string> = {
  number_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  datepicker: "date",
  timepicker: "time",
};

function Input(props: Props) {
  const { block, element, surface, fieldId, describedBy, silent } = props;
  const act = useAct(props);
  const initial = element.initial_value ?? element.initial_date ?? element.initial_time ?? "";
  const held = currentValue(props, initial) ?? "";
  const [draft, setDraft] = useState<string>(held);
  useEffect(() => setDraft(held), [held]);
  const change = (value: string) => {
    setDraft(value);
    if (silent || element.type.endsWith("_input"))
      surface.setValue(block.block_id, element.action_id, value);
    else void act(value);
  };
  const common = {
    id: fieldId,
    value: draft,
    placeholder: element.placeholder?.text,
    maxLength: element.max_length,
    "aria-describedby": describedBy,
    "aria-label": fieldId ? undefined : (element.placeholder?.text ?? "Value"),
    onChange: (event: { target: { value: string } }) => change(event.target.value),
  };
  if (element.multiline) return <textarea rows={5} {...common} />;
  return (
    <input
      type={INPUT_TYPES[element.type] ?? "text"}
      inputMode={element.type === "number_input" ? "decimal" : undefined}
      {...common}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !silent) void act(draft);
      }}
    />
  );
}
