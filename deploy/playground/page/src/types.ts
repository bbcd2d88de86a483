// The shapes the workspace sends; see snapshot.py and page_feed.py on the server's side.
export type Json = Record<string, any>;

export interface Person {
  id: string;
  name: string;
  handle: string;
  role: string;
  is_guest: boolean;
  direct_channel_id: string;
}

export interface Channel {
  id: string;
  name: string;
  purpose: string;
}

export interface SlackFile {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  size: number;
  alt_txt?: string;
  url_private: string;
}

export interface Message {
  ts: string;
  user: string;
  text: string;
  bot_id?: string;
  thread_ts?: string;
  reply_count?: number;
  latest_reply?: string;
  blocks?: Json[];
  files?: SlackFile[];
  edited?: Json;
  streaming_state?: string;
  reactions?: { name: string; count: number }[];
  channel?: string;
  recipient?: string;
}

export interface View {
  id: string;
  type: "modal" | "home";
  hash: string;
  title: { text: string } | null;
  submit: { text: string } | null;
  close: { text: string } | null;
  blocks: Json[];
}

export interface Status {
  channel: string;
  thread_ts: string;
  status: string;
  loading_messages?: string[];
  until: number;
}

export interface Example {
  title: string;
  text: string;
  source: string;
}

export interface Command {
  command: string;
  hint: string;
  description: string;
}

export interface Workspace {
  team: { id: string; name: string };
  bot: { id: string; name: string };
  people: Person[];
  channels: Channel[];
  user_groups: { id: string; handle: string; name: string }[];
  commands: Command[];
  examples: Example[];
  messages: Record<string, Message[]>;
  ephemerals: Message[];
  views: Record<string, View[]>;
  homes: Record<string, View>;
  statuses: Status[];
  mode: "socket" | "http";
  connections: number | null;
}

// Values of a surface's inputs, by block id and action id.
export type Values = Record<string, Record<string, any>>;
