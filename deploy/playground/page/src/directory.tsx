// Who is who, for every part of the page.
import { createContext, useContext } from "react";
import type { Person, Workspace } from "./types";

export interface Directory {
  workspace: Workspace;
  me: Person;
  fail: (error: unknown) => void;
}

const DirectoryContext = createContext<Directory | null>(null);
export const DirectoryProvider = DirectoryContext.Provider;

export function useDirectory(): Directory {
  const directory = useContext(DirectoryContext);
  if (!directory) throw new Error("DirectoryProvider is missing");
  return directory;
}

export function nameOf(workspace: Workspace, id: string): string {
  if (id === workspace.bot.id) return workspace.bot.name;
  if (id === "USLACKBOT") return "Workspace";
  return workspace.people.find((person) => person.id === id)?.name ?? id;
}

export function Avatar({ id, name, isBot }: { id: string; name: string; isBot: boolean }) {
  if (isBot)
    return (
      <span className="avatar bot" aria-hidden="true">
        <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor">
          <path d="M4 16l5-5 4 3 7-8" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round" />
          <path d="M4 20h16" strokeWidth="2" strokeLinecap="round" opacity=".55" />
        </svg>
      </span>
    );
  const hue = [...id].reduce((sum, letter) => sum + letter.charCodeAt(0) * 37, 0) % 360;
  return (
    <span className="avatar" aria-hidden="true" style={{ background: `hsl(${hue} 45% 42%)` }}>
      {name.slice(0, 1)}
    </span>
  );
}
