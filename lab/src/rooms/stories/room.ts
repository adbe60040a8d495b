/** What the shell needs to know about the Stories room. */
import type { Room, Shortcut } from "../../room.ts";
import { inner, innerShortcuts, leaveRoom } from "./inner-room.ts";
import { choose, move, state } from "./state.ts";
import { stories } from "./stories.ts";
import { View } from "./view.tsx";

const own: readonly Shortcut[] = [
  { key: "]", does: "Next step", run: () => move(1) },
  { key: "[", does: "Step back", run: () => move(-1) },
];
const taken = own.map(({ key }) => key);

/** The Stories room. */
export const room: Room = {
  name: "stories",
  title: "Stories",
  summary:
    "Four guided walks of five steps each; every step sets the figures of a room and says what to see.",
  state,
  View,
  commandLine: () => {
    const current = inner.peek();
    return current.kind === "open" ? current.room.commandLine() : null;
  },
  code: () => {
    const current = inner.peek();
    return current.kind === "open"
      ? current.room.code()
      : "// a story has no program of its own; open a step first\n";
  },
  // those of the room that a step shows work too
  get shortcuts() {
    return [...own, ...innerShortcuts(taken)];
  },
  commands: stories.map(({ key, title }) => ({ name: `Story: ${title}`, run: () => choose(key) })),
  reset: () => state.reset(),
  cancel: () => {
    const current = inner.peek();
    if (current.kind === "open") current.room.cancel?.();
  },
  leave: leaveRoom,
};
