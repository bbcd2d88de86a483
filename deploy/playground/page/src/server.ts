// Talking to the workspace: acts by POST, news by websocket.
import type { Json, SlackFile, Workspace } from "./types";

export async function act(name: string, body: Json): Promise<Json> {
  const response = await fetch(`/playground/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return read(response);
}

async function read(response: Response): Promise<Json> {
  const content = (await response.json()) as Json;
  if (!response.ok) throw new Error(content.error ?? "The workspace refused that.");
  return content;
}

export async function upload(user: string, file: File): Promise<SlackFile> {
  const query = new URLSearchParams({ user, filename: file.name });
  const response = await fetch(`/playground/upload?${query}`, { method: "POST", body: file });
  return (await read(response)).file as SlackFile;
}

export async function readWorkspace(): Promise<Workspace> {
  return (await read(await fetch("/playground/state"))) as Workspace;
}

const RECONNECT_MS = 1000;

// Calls `onStart` with the whole state after each (re)connection, then `onNews` per change.
// Returns a function that hangs up.
export function listen(
  onStart: (workspace: Workspace) => void,
  onNews: (news: Json) => void,
  onLost: () => void,
): () => void {
  let stopped = false;
  let socket: WebSocket | undefined;
  const connect = () => {
    socket = new WebSocket(`ws://${location.host}/page-socket`);
    const early: Json[] = [];
    let started = false;
    socket.onopen = async () => {
      try {
        onStart(await readWorkspace());
        started = true;
        early.splice(0).forEach(onNews);
      } catch {
        socket?.close();
      }
    };
    socket.onmessage = (message) => {
      const news = JSON.parse(message.data) as Json;
      if (news.kind === "reset") void readWorkspace().then(onStart);
      else if (started) onNews(news);
      else early.push(news);
    };
    socket.onclose = () => {
      if (stopped) return;
      onLost();
      setTimeout(connect, RECONNECT_MS);
    };
  };
  connect();
  return () => {
    stopped = true;
    socket?.close();
  };
}
