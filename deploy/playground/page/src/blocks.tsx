// Block Kit on a surface (message, form, home tab). What is only shown goes to the kept renderer
// slack-blocks-to-jsx, which calls nobody back; what can be acted on is drawn here.
import { Component, type ReactNode } from "react";
import { Message as RenderedBlocks } from "slack-blocks-to-jsx";
import { nameOf, useDirectory } from "./directory";
import { Element, type Act } from "./elements";
import { MarkdownText, SafeLink } from "./text";
import type { Json, Values } from "./types";

export interface Surface {
  act: Act;
  values: Values;
  setValue: (blockId: string, actionId: string, value: unknown) => void;
  errors?: Record<string, string>;
  busy: string | null;
}

const DRAWN_HERE = new Set(["actions", "context_actions", "input", "image", "markdown", "file"]);

export function Blocks({ blocks, surface }: { blocks: Json[]; surface: Surface }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <BlockGuard key={block.block_id ?? index}>
          <Block block={block} surface={surface} />
        </BlockGuard>
      ))}
    </div>
  );
}

function Block({ block, surface }: { block: Json; surface: Surface }) {
  if (block.type === "section" && block.accessory && block.accessory.type !== "image") {
    const { accessory, ...plain } = block;
    return (
      <div className="with-accessory">
        <Shown block={plain} />
        <Element block={block} element={accessory} surface={surface} />
      </div>
    );
  }
  if (!DRAWN_HERE.has(block.type)) return <Shown block={block} />;
  if (block.type === "markdown") return <MarkdownText text={block.text} />;
  if (block.type === "image") return <ImageBlock block={block} />;
  if (block.type === "input") return <InputBlock block={block} surface={surface} />;
  if (block.type === "file") return null;
  return (
    <div className={block.type === "actions" ? "actions" : "actions quiet"} role="group">
      {(block.elements as Json[]).map((element, index) => (
        <Element key={element.action_id ?? index} block={block} element={element} surface={surface} />
      ))}
    </div>
  );
}

function Shown({ block }: { block: Json }) {
  const { workspace } = useDirectory();
  const users = [...workspace.people.map(({ id }) => id), workspace.bot.id].map((id) => ({
    id,
    name: nameOf(workspace, id),
  }));
  return (
    <RenderedBlocks
      withoutWrapper
      logo=""
      name=""
      blocks={[withoutVerbatim(block) as never]}
      data={{ users, channels: workspace.channels, user_groups: workspace.user_groups }}
      hooks={{ link: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink> }}
    />
  );
}

// To Slack `verbatim` means "do not look for links and names in this text"; the renderer takes it
// for "no formatting at all". It looks for neither in any case.
function withoutVerbatim(value: Json): Json {
  return JSON.parse(JSON.stringify(value, (key, item) => (key === "verbatim" ? undefined : item)));
}

function ImageBlock({ block }: { block: Json }) {
  const source = imageSource(block);
  return (
    <figure className="picture">
      {block.title && <figcaption>{block.title.text}</figcaption>}
      {source ? (
        <img src={source} alt={block.alt_text} />
      ) : (
        <p className="note">Picture kept elsewhere: {block.alt_text}</p>
      )}
    </figure>
  );
}

// Pictures come from this workspace's own files only, so that reading a message calls nobody.
function imageSource(block: Json): string | null {
  const file = block.slack_file as Json | undefined;
  const id = file?.id ?? /\/(F[0-9A-F]+)$/.exec(file?.url ?? block.image_url ?? "")?.[1];
  return id ? `/page-files/${encodeURIComponent(id)}` : null;
}

function InputBlock({ block, surface }: { block: Json; surface: Surface }) {
  const error = surface.errors?.[block.block_id];
  const fieldId = `field-${block.block_id}`;
  const notes = [block.hint && `${fieldId}-hint`, error && `${fieldId}-error`].filter(Boolean);
  const group = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const Frame = group ? "fieldset" : "div";
  const Label = group ? "legend" : "label";
  return (
    <Frame className={error ? "field wrong" : "field"}>
      <Label {...(group ? {} : { htmlFor: fieldId })}>
        {block.label.text}
        {block.optional && <span className="optional"> (optional)</span>}
      </Label>
      <Element
        block={block}
        element={block.element}
        surface={surface}
        fieldId={fieldId}
        describedBy={notes.join(" ") || undefined}
        silent={!block.dispatch_action}
      />
      {block.hint && (
        <p className="hint" id={`${fieldId}-hint`}>
          {block.hint.text}
        </p>
      )}
      {error && (
        <p className="error" role="alert" id={`${fieldId}-error`}>
          {error}
        </p>
      )}
    </Frame>
  );
}

// One block that cannot be drawn must not take the page with it.
class BlockGuard extends Component<{ children: ReactNode }, { failed: boolean }> {
  state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  render() {
    return this.state.failed ? (
      <p className="note">One block here cannot be drawn.</p>
    ) : (
      this.props.children
    );
  }
}
