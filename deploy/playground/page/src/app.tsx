// The whole page: what is known, where the reader is, who they act as.
import { useCallback, useEffect, useRef, useState } from "react";
import { Conversation } from "./conversation";
import { DirectoryProvider } from "./directory";
import { Form } from "./form";
import { Home } from "./home";
import { applyNews } from "./news";
import { act, listen } from "./server";
import { Sidebar, type Place } from "./sidebar";
import type { Json, Message, Person, Workspace } from "./types";

const WIDE = "(min-width: 1000px)"; // room for a thread beside the channel
const TOAST_MS = 6000;

export function App() {
  const [workspace, setWorkspace] = useState<Workspace | null>(null);
  const [lost, setLost] = useState(false);
  const [meId, setMeId] = useState(() => sessionStorage.getItem("person") ?? "");
  const [place, setPlace] = useState<Place | null>(null);
  const [threadTs, setThreadTs] = useState<string | null>(null);
  const [menuOpen, setMenuOpen] = useState(false);
  const [draft, setDraft] = useState<{ text: string; serial: number }>();
  const [unread, setUnread] = useState<Set<string>>(new Set());
  const [newReplies, setNewReplies] = useState<Set<string>>(new Set());
  const [toast, setToast] = useState("");
  const asked = useRef(new Set<string>()); // messages sent from this page, whose answer opens
  const answered = useRef(new Set<string>()); // threads the bot has written in
  const where = useRef({ channel: "", threadTs: null as string | null });

  const me = workspace?.people.find((person) => person.id === meId) ?? workspace?.people[0];
  const here: Place | null = place ?? (workspace && { kind: "channel", id: workspace.channels[0]!.id });
  const channel = here?.kind === "channel" ? here.id : "";
  where.current = { channel, threadTs };

  const onNews = useCallback((news: Json) => {
    setWorkspace((held) => held && applyNews(held, news));
    if (news.kind === "message") notice(news.channel, news.message as Message);
  }, []);
  const notice = (inChannel: string, message: Message) => {
    const isReply = Boolean(message.thread_ts) && message.thread_ts !== message.ts;
    if (inChannel !== where.current.channel) {
      if (!message.edited) setUnread((held) => new Set(held).add(inChannel));
    } else if (isReply && message.thread_ts !== where.current.threadTs) {
      const parent = message.thread_ts!;
      if (message.bot_id) answered.current.add(parent);
      if (message.bot_id && asked.current.has(parent) && matchMedia(WIDE).matches) openThread(parent);
      else setNewReplies((held) => new Set(held).add(parent));
    }
  };
  useEffect(
    () =>
      listen(
        (all) => {
          setWorkspace(all);
          setLost(false);
        },
        onNews,
        () => setLost(true),
      ),
    [onNews],
  );
  useEffect(() => {
    if (!toast) return;
    const timer = setTimeout(() => setToast(""), TOAST_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  useEffect(() => {
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
      if (menuOpen) setMenuOpen(false);
      else setThreadTs(null);
    };
    addEventListener("keydown", closeOnEscape);
    return () => removeEventListener("keydown", closeOnEscape);
  }, [menuOpen]);

  const fail = (error: unknown) =>
    setToast(error instanceof Error ? error.message : "The workspace did not answer.");
  const without = (held: Set<string>, id: string) => new Set([...held].filter((one) => one !== id));
  const openThread = (ts: string) => {
    setThreadTs(ts);
    setNewReplies((held) => without(held, ts));
  };
  // The answer can be here before the workspace has confirmed the question.
  const noteSent = (ts: string) => {
    asked.current.add(ts);
    if (answered.current.has(ts) && matchMedia(WIDE).matches) openThread(ts);
  };
  const go = (target: Place) => {
    setPlace(target);
    setThreadTs(null);
    setMenuOpen(false);
    setDraft(undefined);
    if (target.kind === "channel") setUnread((held) => without(held, target.id));
    if (!me) return;
    if (target.kind === "home") void act("home", { user: me.id, tab: "home" }).catch(fail);
    else if (target.id === me.direct_channel_id)
      void act("home", { user: me.id, tab: "messages" }).catch(fail);
  };
  const become = (person: Person) => {
    sessionStorage.setItem("person", person.id);
    setMeId(person.id);
    if (here?.kind === "home") void act("home", { user: person.id, tab: "home" }).catch(fail);
    if (channel.startsWith("D")) setPlace({ kind: "channel", id: person.direct_channel_id });
    setThreadTs(null);
  };

  if (!workspace || !me || !here) return <p className="loading">Opening the workspace…</p>;
  const info = workspace.channels.find((one) => one.id === channel);
  const title = here.kind === "home" ? "App Home" : info ? `#${info.name}` : workspace.bot.name;
  const detail = here.kind === "home" ? workspace.bot.name : (info?.purpose ?? `Direct message as ${me.name}`);
  const topView = workspace.views[me.id]?.at(-1);

  return (
    <DirectoryProvider value={{ workspace, me, fail }}>
      <div className={threadTs ? "layout with-thread" : "layout"}>
        <Sidebar place={here} unread={unread} open={menuOpen} onGo={go} onBecome={become} />
        {menuOpen && <div className="shade" onClick={() => setMenuOpen(false)} />}
        <main className="pane">
          <header className="pane-head">
            <button
              type="button"
              className="icon menu"
              aria-label="Channels and people"
              aria-expanded={menuOpen}
              aria-controls="sidebar"
              onClick={() => setMenuOpen(!menuOpen)}
            >
              ☰{unread.size > 0 && <span className="dot" />}
            </button>
            <div className="grow">
              <h1>{title}</h1>
              <small>{detail}</small>
            </div>
            <span className="acting">as {me.name}</span>
          </header>
          <Banner workspace={workspace} lost={lost} />
          {here.kind === "home" ? (
            <Home key={workspace.homes[me.id]?.id ?? me.id} />
          ) : (
            <>
              <Conversation
                channel={channel}
                placeholder={info ? `Message #${info.name}` : `Message ${workspace.bot.name}`}
                draft={draft}
                newReplies={newReplies}
                onOpenThread={openThread}
                onSent={noteSent}
                empty={<Welcome />}
              />
              <Examples workspace={workspace} inDirect={!info} onPick={setDraft} />
            </>
          )}
        </main>
        {threadTs && here.kind === "channel" && (
          <section className="pane thread" aria-label="Thread">
            <header className="pane-head">
              <div className="grow">
                <h2>Thread</h2>
                <small>{title}</small>
              </div>
              <button type="button" className="icon" aria-label="Close thread" onClick={() => setThreadTs(null)}>
                ×
              </button>
            </header>
            <Conversation channel={channel} threadTs={threadTs} placeholder="Reply in thread" onSent={() => {}} />
          </section>
        )}
      </div>
      {topView && <Form key={topView.id} view={topView} />}
      <div className="toast" role="alert" hidden={!toast}>
        {toast}
      </div>
    </DirectoryProvider>
  );
}

function Banner({ workspace, lost }: { workspace: Workspace; lost: boolean }) {
  if (lost) return <p className="banner">The workspace has stopped. Trying again…</p>;
  if (workspace.connections === 0)
    return (
      <p className="banner">
        {workspace.bot.name} is not connected. What you send is tried again at once, after 1 and after
        5 minutes, then dropped.
      </p>
    );
  return null;
}

function Welcome() {
  return (
    <div className="welcome">
      <h2>Nothing here yet</h2>
      <p>Pick an example below, or mention the bot with your own numbers.</p>
    </div>
  );
}

interface ExamplesProps {
  workspace: Workspace;
  inDirect: boolean;
  onPick: (draft: { text: string; serial: number }) => void;
}

function Examples({ workspace, inDirect, onPick }: ExamplesProps) {
  if (!workspace.examples.length) return null;
  const mention = `@${workspace.bot.name} `;
  return (
    <details className="examples" open>
      <summary>Example questions</summary>
      <ul>
        {workspace.examples.map((example) => (
          <li key={example.title}>
            <button
              type="button"
              className="chip"
              title={`Source: ${example.source}`}
              onClick={() =>
                onPick({
                  text: inDirect ? example.text.replace(mention, "") : example.text,
                  serial: Date.now(),
                })
              }
            >
              {example.title}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
