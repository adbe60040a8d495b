/** Views kept under a name in this browser. Where it keeps nothing, they last as long as the tab, which is said. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { readSessions, type Session, writeSessions } from "./file.ts";

/** What is kept, and what can be done with it. */
export interface SessionStore {
  /** Newest first. */
  readonly sessions: ReadonlySignal<readonly Session[]>;
  /** Why the browser keeps nothing; null while it does. */
  readonly refusal: ReadonlySignal<string | null>;
  /** Keeps a view; one of the same name is replaced. */
  add(name: string, hash: string): void;
  rename(session: Session, name: string): void;
  remove(session: Session): void;
  /** Puts one back where it was. */
  restore(session: Session): void;
  /** Adds those of a file that are not there; returns how many. Throws FormatError for other files. */
  importFile(text: string): number;
  exportFile(): string;
}

/** What of the browser is needed; tests bring their own. */
export type SessionStorageArea = Pick<Storage, "getItem" | "setItem">;

const KEY = "isinglass-lab-sessions";

/** Opens the store. `area` throws where the browser refuses storage. */
export function createSessionStore(area: () => SessionStorageArea, now: () => Date): SessionStore {
  const sessions: Signal<readonly Session[]> = signal([]);
  const refusal: Signal<string | null> = signal(null);
  const refuse = (error: unknown): void => {
    refusal.value = error instanceof Error ? error.message : String(error);
  };
  try {
    const text = area().getItem(KEY);
    if (text !== null) sessions.value = readSessions(text, "what this browser kept");
  } catch (error) {
    refuse(error);
  }
  const set = (next: readonly Session[]): void => {
    sessions.value = [...next].sort((a, b) => (a.saved < b.saved ? 1 : a.saved > b.saved ? -1 : 0));
    try {
      area().setItem(KEY, writeSessions(sessions.value));
      refusal.value = null;
    } catch (error) {
      refuse(error);
    }
  };
  const without = (one: Session): Session[] => sessions.peek().filter((other) => !isSame(one, other));
  return {
    sessions,
    refusal,
    add: (name, hash) => {
      const session = { name, hash, saved: now().toISOString() };
      set([session, ...sessions.peek().filter((other) => other.name !== name)]);
    },
    rename: (session, name) =>
      set([...without(session).filter((other) => other.name !== name), { ...session, name }]),
    remove: (session) => set(without(session)),
    restore: (session) => set([...without(session), session]),
    importFile: (text) => {
      const known = sessions.peek();
      const fresh = readSessions(text, "sessions").filter(
        (one) => !known.some((other) => isSame(one, other)),
      );
      if (fresh.length > 0) set([...known, ...fresh]);
      return fresh.length;
    },
    exportFile: () => writeSessions(sessions.peek()),
  };
}

function isSame(a: Session, b: Session): boolean {
  return a.name === b.name && a.hash === b.hash;
}
