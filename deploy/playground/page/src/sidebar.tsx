// Where to go and who to be.
import { Avatar, useDirectory } from "./directory";
import type { Person } from "./types";

export type Place = { kind: "channel"; id: string } | { kind: "home" };

interface Props {
  place: Place;
  unread: Set<string>;
  open: boolean;
  onGo: (place: Place) => void;
  onBecome: (person: Person) => void;
}

export function Sidebar({ place, unread, open, onGo, onBecome }: Props) {
  const { workspace, me } = useDirectory();
  const entry = (target: Place, label: string, mark: string) => {
    const id = target.kind === "channel" ? target.id : "home";
    const current = target.kind === place.kind && (place.kind === "home" || place.id === id);
    return (
      <li key={id}>
        <button type="button" aria-current={current ? "page" : undefined} onClick={() => onGo(target)}>
          <span className="mark" aria-hidden="true">
            {mark}
          </span>
          <span className="grow">{label}</span>
          {unread.has(id) && (
            <span className="dot">
              <span className="sr-only">unread</span>
            </span>
          )}
        </button>
      </li>
    );
  };
  return (
    <nav className={open ? "sidebar open" : "sidebar"} aria-label="Workspace" id="sidebar">
      <div className="brand">
        <span className="logo" aria-hidden="true" />
        <div>
          <strong>{workspace.team.name}</strong>
          <small>on this machine only</small>
        </div>
      </div>
      <h2>Channels</h2>
      <ul>{workspace.channels.map((c) => entry({ kind: "channel", id: c.id }, c.name, "#"))}</ul>
      <h2>{workspace.bot.name}</h2>
      <ul>
        {entry({ kind: "channel", id: me.direct_channel_id }, "Direct message", "↗")}
        {entry({ kind: "home" }, "App Home", "⌂")}
      </ul>
      <fieldset className="people">
        <legend>Act as</legend>
        {workspace.people.map((person) => (
          <label key={person.id} className={person.id === me.id ? "chosen" : ""}>
            <input
              type="radio"
              name="person"
              checked={person.id === me.id}
              onChange={() => onBecome(person)}
            />
            <Avatar id={person.id} name={person.name} isBot={false} />
            <span>
              {person.name} <small>{person.role}</small>
            </span>
          </label>
        ))}
      </fieldset>
    </nav>
  );
}
