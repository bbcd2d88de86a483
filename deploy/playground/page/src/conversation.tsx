// A channel, a direct message or a thread: its messages, the status line and the composer.
import { useEffect, useRef, useState } from "react";
import { Composer } from "./composer";
import { useDirectory } from "./directory";
import { MessageItem } from "./message";
import type { Message, Status } from "./types";

interface Props {
  channel: string;
  threadTs?: string;
  placeholder: string;
  draft?: { text: string; serial: number };
  newReplies?: Set<string>;
  onOpenThread?: (ts: string) => void;
  onSent: (ts: string) => void;
  empty?: React.ReactNode;
}

export function Conversation(props: Props) {
  const { channel, threadTs, onOpenThread, newReplies } = props;
  const { workspace, me } = useDirectory();
  const messages = visibleMessages(
    workspace.messages[channel] ?? [],
    workspace.ephemerals.filter((m) => m.channel === channel && m.recipient === me.id),
    threadTs,
  );
  const statuses = workspace.statuses.filter(
    (line) => line.channel === channel && (!threadTs || line.thread_ts === threadTs),
  );
  const list = useStickToEnd(messages, `${channel}/${threadTs}`);
  return (
    <>
      <div className="messages" ref={list} role="log" aria-live="polite" tabIndex={0} aria-label="Messages">
        {messages.length === 0 && props.empty}
        {messages.map((message, index) => (
          <div key={message.ts}>
            {startsDay(messages[index - 1], message) && <DayLine ts={message.ts} />}
            <MessageItem
              message={message}
              channel={channel}
              onOpenThread={onOpenThread}
              hasNewReplies={newReplies?.has(message.ts)}
            />
          </div>
        ))}
      </div>
      <StatusLine statuses={statuses} botName={workspace.bot.name} />
      <Composer
        key={`${channel}/${threadTs}/${me.id}`}
        channel={channel}
        threadTs={threadTs}
        placeholder={props.placeholder}
        draft={props.draft}
        onSent={props.onSent}
      />
    </>
  );
}

function visibleMessages(all: Message[], ephemerals: Message[], threadTs?: string): Message[] {
  const fits = (message: Message) =>
    threadTs
      ? message.ts === threadTs || message.thread_ts === threadTs
      : !message.thread_ts || message.thread_ts === message.ts;
  return [...all.filter(fits), ...ephemerals.filter(fits)].sort((a, b) => Number(a.ts) - Number(b.ts));
}

// Follows new messages unless the reader has scrolled up.
function useStickToEnd(messages: Message[], place: string) {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    atEnd.current = true;
  }, [place]);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const note = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
    };
    const follow = () => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    };
    element.addEventListener("scroll", note);
    element.addEventListener("load", follow, true); // pictures arrive late
    return () => {
      element.removeEventListener("scroll", note);
      element.removeEventListener("load", follow, true);
    };
  }, []);
  useEffect(() => {
    if (list.current && atEnd.current) list.current.scrollTop = list.current.scrollHeight;
  }, [messages]);
  return list;
}

function startsDay(before: Message | undefined, message: Message): boolean {
  return !before || day(before.ts) !== day(message.ts);
}

function day(ts: string): string {
  return new Date(Number(ts) * 1000).toDateString();
}

function DayLine({ ts }: { ts: string }) {
  const date = new Date(Number(ts) * 1000);
  const today = date.toDateString() === new Date().toDateString();
  const label = date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
  return (
    <div className="day">
      <span>{today ? "Today" : label}</span>
    </div>
  );
}

const ROTATE_MS = 2000;

function StatusLine({ statuses, botName }: { statuses: Status[]; botName: string }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!statuses.length) return;
    const timer = setInterval(() => setNow(Date.now()), ROTATE_MS);
    return () => clearInterval(timer);
  }, [statuses.length]);
  const line = statuses.filter((status) => status.until * 1000 > now).at(-1);
  const loading = line?.loading_messages ?? [];
  const words = loading.length ? loading[Math.floor(now / ROTATE_MS) % loading.length] : line?.status;
  return (
    <p className="status" role="status">
      {line && (
        <>
          <span className="pulse" aria-hidden="true" /> {botName} {words}
        </>
      )}
    </p>
  );
}
