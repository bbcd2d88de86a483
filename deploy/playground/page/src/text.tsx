// Text from people and from the bot, never as HTML: React escapes it, links must be https.
import { Fragment, type ReactNode } from "react";
import Markdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { nameOf, useDirectory } from "./directory";
import type { Workspace } from "./types";

export function SafeLink({ href, children }: { href?: string; children?: ReactNode }) {
  if (!href || !isHttps(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

export function isHttps(href: string): boolean {
  try {
    return new URL(href).protocol === "https:";
  } catch {
    return false;
  }
}

// The bot's standard markdown (markdown blocks, streamed text). Images are shown as their alt text:
// the bot shows pictures as files.
export function MarkdownText({ text }: { text: string }) {
  return (
    <div className="markdown">
      <Markdown
        remarkPlugins={[remarkGfm]}
        skipHtml
        components={{
          a: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
          img: ({ alt }) => <span>{alt}</span>,
          table: ({ children }) => (
            <div className="table-frame">
              <table>{children}</table>
            </div>
          ),
        }}
      >
        {text}
      </Markdown>
    </div>
  );
}

const TOKEN = /<([^<>]+)>/g;

// What a person typed, as it is on the wire: mentions and links in angle brackets, the rest escaped.
export function TypedText({ text }: { text: string }) {
  const { workspace } = useDirectory();
  const pieces: ReactNode[] = [];
  let position = 0;
  for (const match of text.matchAll(TOKEN)) {
    pieces.push(unescape(text.slice(position, match.index)));
    pieces.push(<Fragment key={match.index}>{renderToken(workspace, match[1] ?? "")}</Fragment>);
    position = match.index + match[0].length;
  }
  pieces.push(unescape(text.slice(position)));
  return <div className="typed">{pieces}</div>;
}

function renderToken(workspace: Workspace, token: string): ReactNode {
  const [target = "", label] = token.split("|");
  if (target.startsWith("@"))
    return <span className="mention">@{nameOf(workspace, target.slice(1))}</span>;
  if (target.startsWith("#")) {
    const channel = workspace.channels.find((one) => one.id === target.slice(1));
    return <span className="mention">#{channel?.name ?? target.slice(1)}</span>;
  }
  if (target.startsWith("!")) return <span className="mention">@{target.slice(1)}</span>;
  return <SafeLink href={unescape(target)}>{unescape(label ?? target)}</SafeLink>;
}

function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
