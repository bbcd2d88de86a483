// How each piece of news changes what the page knows. Pure.
import type { Json, Message, Status, View, Workspace } from "./types";

function putMessage(messages: Message[], message: Message): Message[] {
  const at = messages.findIndex((held) => held.ts === message.ts);
  if (at >= 0) return messages.with(at, message);
  return [...messages, message];
}

export function applyNews(workspace: Workspace, news: Json): Workspace {
  switch (news.kind) {
    case "message": {
      const held = workspace.messages[news.channel] ?? [];
      const messages = { ...workspace.messages, [news.channel]: putMessage(held, news.message) };
      return { ...workspace, messages };
    }
    case "deleted": {
      const held = (workspace.messages[news.channel] ?? []).filter((m) => m.ts !== news.ts);
      return { ...workspace, messages: { ...workspace.messages, [news.channel]: held } };
    }
    case "ephemeral":
      return { ...workspace, ephemerals: putMessage(workspace.ephemerals, news.message) };
    case "ephemeral_deleted":
      return { ...workspace, ephemerals: workspace.ephemerals.filter((m) => m.ts !== news.ts) };
    case "views":
      return { ...workspace, views: { ...workspace.views, [news.user]: news.views as View[] } };
    case "home":
      return { ...workspace, homes: { ...workspace.homes, [news.user]: news.view as View } };
    case "status": {
      const others = workspace.statuses.filter(
        (line) => line.channel !== news.channel || line.thread_ts !== news.thread_ts,
      );
      const statuses = news.status ? [...others, news as unknown as Status] : others;
      return { ...workspace, statuses };
    }
    case "connections":
      return { ...workspace, connections: news.count };
    default:
      return workspace;
  }
}
