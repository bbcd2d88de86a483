// Where a person writes: Enter sends, "/" offers commands, files can be attached.
import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useDirectory } from "./directory";
import { act, upload } from "./server";
import type { SlackFile } from "./types";

interface Props {
  channel: string;
  threadTs?: string;
  placeholder: string;
  draft?: { text: string; serial: number }; // an example that was clicked
  onSent: (ts: string) => void;
}

export function Composer({ channel, threadTs, placeholder, draft, onSent }: Props) {
  const { workspace, me, fail } = useDirectory();
  const [text, setText] = useState("");
  const [files, setFiles] = useState<SlackFile[]>([]);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const listId = useId();

  // Before the next key can come: an Enter right after the click must find the text in place.
  useLayoutEffect(() => {
    if (!draft) return;
    setText(draft.text);
    area.current?.focus();
  }, [draft]);
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + 2, 240)}px`;
  }, [text]);

  const typingCommand = !threadTs && !dismissed && /^\/\S*$/.test(text);
  const offers = typingCommand
    ? workspace.commands.filter((offered) => offered.command.startsWith(text))
    : [];

  const send = async () => {
    if (!text.trim() && !files.length) return;
    const kept = { text, files };
    setText("");
    setFiles([]);
    try {
      if (text.startsWith("/") && !threadTs) await runCommand(text);
      else onSent(await say(kept.text, kept.files));
    } catch (error) {
      setText(kept.text);
      setFiles(kept.files);
      fail(error);
    }
  };
  const say = async (said: string, attached: SlackFile[]) => {
    const body = { user: me.id, channel, text: said, files: attached.map((file) => file.id) };
    return (await act("say", { ...body, thread_ts: threadTs })).ts as string;
  };
  const runCommand = async (typed: string) => {
    const [command = "", ...rest] = typed.trim().split(/\s+/);
    const text = typed.trim().slice(command.length).trim();
    await act("command", { user: me.id, channel, command, text: rest.length ? text : "" });
  };
  const pick = (command: string) => {
    setText(`${command} `);
    area.current?.focus();
  };
  const attach = async (list: FileList | null) => {
    try {
      for (const file of list ?? []) {
        const stored = await upload(me.id, file);
        setFiles((held) => [...held, stored]);
      }
    } catch (error) {
      fail(error);
    }
    if (picker.current) picker.current.value = "";
    area.current?.focus();
  };
  const mention = () => {
    const element = area.current;
    const at = element?.selectionStart ?? text.length;
    setText(`${text.slice(0, at)}@${workspace.bot.name} ${text.slice(at)}`);
    element?.focus();
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (offers.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : offers.length - 1;
      setChosen((held) => (held + step) % offers.length);
    } else if (offers.length && event.key === "Escape") {
      event.stopPropagation();
      setDismissed(true);
    } else if (offers.length && (event.key === "Tab" || (event.key === "Enter" && text !== offers[chosen]?.command))) {
      event.preventDefault();
      pick(offers[chosen]?.command ?? text);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
  };

  return (
    <div className="composer">
      {offers.length > 0 && (
        <ul className="offers" role="listbox" id={listId} aria-label="Commands">
          {offers.map((offered, index) => (
            <li
              key={offered.command}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === chosen}
              onMouseDown={(event) => {
                event.preventDefault();
                pick(offered.command);
              }}
            >
              <b>{offered.command}</b> <span>{offered.hint}</span>
              <small>{offered.description}</small>
            </li>
          ))}
        </ul>
      )}
      {files.length > 0 && (
        <ul className="attached" aria-label="Attached files">
          {files.map((file) => (
            <li key={file.id}>
              {file.name}
              <button
                type="button"
                className="icon"
                aria-label={`Remove ${file.name}`}
                onClick={() => setFiles((held) => held.filter((one) => one.id !== file.id))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={area}
        rows={1}
        value={text}
        placeholder={placeholder}
        aria-label={placeholder}
        aria-controls={offers.length ? listId : undefined}
        aria-activedescendant={offers.length ? `${listId}-${chosen}` : undefined}
        onChange={(event) => {
          setText(event.target.value);
          setDismissed(false);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="composer-tools">
        <button type="button" className="icon" aria-label={`Mention ${workspace.bot.name}`} onClick={mention}>
          @
        </button>
        <button type="button" className="icon" aria-label="Attach a file" onClick={() => picker.current?.click()}>
          +
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          data-role="picker"
          onChange={(event) => void attach(event.target.files)}
        />
        <span className="hint">Enter sends, Shift+Enter starts a new line</span>
        <button
          type="button"
          className="action primary"
          disabled={!text.trim() && !files.length}
          onClick={() => void send()}
        >
          Send
        </button>
      </div>
    </div>
  );
}
