// One message: who, when, text or blocks, files, replies.
import { Blocks } from "./blocks";
import { Avatar, nameOf, useDirectory } from "./directory";
import { useSurface } from "./surface";
import { MarkdownText, TypedText } from "./text";
import type { Message, SlackFile } from "./types";

interface Props {
  message: Message;
  channel: string;
  onOpenThread?: (ts: string) => void;
  hasNewReplies?: boolean;
}

export function MessageItem({ message, channel, onOpenThread, hasNewReplies }: Props) {
  const { workspace } = useDirectory();
  const name = nameOf(workspace, message.user);
  const isBot = Boolean(message.bot_id);
  const streaming = message.streaming_state === "in_progress";
  return (
    <article
      className={message.recipient ? "message private" : "message"}
      aria-label={`${name}, ${clock(message.ts)}`}
      aria-busy={streaming || undefined}
    >
      <Avatar id={message.user} name={name} isBot={isBot} />
      <div className="message-main">
        {message.recipient && <p className="note">Only you can see this</p>}
        <header>
          <strong>{name}</strong>
          {isBot && <span className="badge">app</span>}
          <time dateTime={new Date(Number(message.ts) * 1000).toISOString()}>{clock(message.ts)}</time>
        </header>
        <Content message={message} channel={channel} />
        {streaming && <span className="caret" aria-hidden="true" />}
        {message.edited && <span className="note"> (edited)</span>}
        {message.files?.map((file) => (
          <FileItem key={file.id} file={file} />
        ))}
        {message.reactions?.map((reaction) => (
          <span key={reaction.name} className="reaction">
            :{reaction.name}: {reaction.count}
          </span>
        ))}
        {onOpenThread && (
          <ThreadLink message={message} hasNew={Boolean(hasNewReplies)} onOpen={onOpenThread} />
        )}
      </div>
    </article>
  );
}

function Content({ message, channel }: { message: Message; channel: string }) {
  const surface = useSurface({ channel, message_ts: message.ts });
  if (!message.bot_id) return message.text ? <TypedText text={message.text} /> : null;
  if (message.blocks?.length) return <Blocks blocks={message.blocks} surface={surface} />;
  if (!message.text) return null;
  if (message.streaming_state) return <MarkdownText text={message.text} />;
  const block = { type: "section", text: { type: "mrkdwn", text: message.text } };
  return <Blocks blocks={[block]} surface={surface} />;
}

interface LinkProps {
  message: Message;
  hasNew: boolean;
  onOpen: (ts: string) => void;
}

function ThreadLink({ message, hasNew, onOpen }: LinkProps) {
  if (message.recipient) return null;
  const count = message.reply_count ?? 0;
  const label = count ? `${count} ${count === 1 ? "reply" : "replies"}` : "Reply";
  return (
    <button
      type="button"
      className={count ? "thread-link" : "thread-link quiet"}
      onClick={() => onOpen(message.ts)}
    >
      {label}
      {hasNew && (
        <span className="dot">
          <span className="sr-only">new</span>
        </span>
      )}
    </button>
  );
}

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

function FileItem({ file }: { file: SlackFile }) {
  const address = `/page-files/${encodeURIComponent(file.id)}`;
  if (PICTURES.has(file.mimetype))
    return (
      <figure className="picture">
        <figcaption>{file.title}</figcaption>
        <a href={address} target="_blank" rel="noopener" aria-label={`Open ${file.title}`}>
          <img src={address} alt={file.alt_txt || file.title} />
        </a>
      </figure>
    );
  return (
    <a className="file" href={address} download={file.name} rel="noopener">
      <span aria-hidden="true">▤</span>
      <span>
        {file.title}
        <small>{Math.max(1, Math.round(file.size / 1024))} KB</small>
      </span>
    </a>
  );
}

export function clock(ts: string): string {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
