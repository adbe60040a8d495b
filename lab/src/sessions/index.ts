/** Views kept in this browser. */
import { createSessionStore, type SessionStore } from "./store.ts";

export type { Session } from "./file.ts";

/** The sessions of this browser. */
export const sessionStore: SessionStore = createSessionStore(
  () => localStorage,
  () => new Date(),
);
