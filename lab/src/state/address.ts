/**
 * The address bar: `#room?key=value&...`. The first change after a commit makes a history entry, later ones replace it (at
 * most every 150 ms, since browsers refuse more), and back and forward load the entry into the room's state.
 */
import { type Signal, signal } from "@preact/signals";
import type { StateActions } from "./state.ts";

/** A parsed address. */
export interface Place {
  /** Name of the room; empty when the address names none. */
  readonly room: string;
  readonly query: string;
}

/** Milliseconds between two replacements of a history entry; Safari allows 100 in 30 s, others 200 in 10 s. */
const REPLACE_EVERY = 150;

/** The room and query of a hash. */
export function parseHash(hash: string): Place {
  const text = hash.replace(/^#/, "");
  const at = text.indexOf("?");
  const room = at < 0 ? text : text.slice(0, at);
  return { room: safeDecode(room), query: at < 0 ? "" : text.slice(at + 1) };
}

/** The hash of a room in a state. */
export function formatHash({ room, query }: Place): string {
  return query === "" ? `#${room}` : `#${room}?${query}`;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What of `window` is needed; tests bring their own. */
export interface AddressWindow {
  readonly location: { readonly hash: string };
  readonly history: Pick<History, "pushState" | "replaceState">;
  addEventListener(type: "popstate" | "hashchange", listener: () => void): void;
  setTimeout(handler: () => void, milliseconds: number): number;
  clearTimeout(timer: number): void;
}

/** The address bar of a window. */
export interface Address {
  /** Where the address points. */
  readonly place: Signal<Place>;
  /** Goes to a room as a new history entry; without a query, in the state it was left in or its defaults. */
  go(room: string, query?: string): void;
  /** Keeps the address of the current room equal to this state from now on. */
  join(room: string, state: StateActions): void;
  /** The hash that restores the current view. */
  currentHash(): string;
}

/** Starts following the address bar. `onArrive` is called after back, forward or an edited address. */
export function createAddress(window: AddressWindow, onArrive: (place: Place) => void): Address {
  const place = signal<Place>(parseHash(window.location.hash));
  /** Where each room was left. */
  const left = new Map([[place.peek().room, place.peek().query]]);
  const arriveAt = (next: Place): void => {
    left.set(next.room, next.query);
    place.value = next;
  };
  let joined: { readonly room: string; readonly state: StateActions } | null = null;
  let isOpen = false; // an entry that further edits replace
  let timer: number | null = null;
  let written = window.location.hash;
  const currentHash = (): string =>
    joined === null
      ? formatHash(place.peek())
      : formatHash({ room: joined.room, query: joined.state.toQuery() });
  const write = (how: "pushState" | "replaceState"): boolean => {
    const hash = currentHash();
    if (hash === written) return false;
    window.history[how](null, "", hash);
    written = hash;
    arriveAt(parseHash(hash));
    return true;
  };
  const flush = (): void => {
    if (timer !== null) window.clearTimeout(timer);
    timer = null;
    write(isOpen ? "replaceState" : "pushState");
  };
  const arrive = (): void => {
    if (window.location.hash === written) return;
    if (timer !== null) window.clearTimeout(timer);
    timer = null;
    isOpen = false;
    written = window.location.hash;
    arriveAt(parseHash(written));
    onArrive(place.value);
  };
  window.addEventListener("popstate", arrive);
  window.addEventListener("hashchange", arrive);
  return {
    place,
    currentHash,
    go(room, query = left.get(room) ?? "") {
      flush();
      isOpen = false;
      const hash = formatHash({ room, query });
      if (hash === written) return;
      joined?.state.connect(null);
      joined = null;
      window.history.pushState(null, "", hash);
      written = hash;
      arriveAt(parseHash(hash));
      onArrive(place.value);
    },
    join(room, state) {
      joined?.state.connect(null);
      joined = { room, state };
      // an address with unusable or default values is tidied without a new entry
      write("replaceState");
      state.connect({
        edited: () => {
          if (!isOpen) isOpen = write("pushState");
          else timer ??= window.setTimeout(flush, REPLACE_EVERY);
        },
        committed: () => {
          flush();
          isOpen = false;
        },
      });
    },
  };
}
