/** The rooms in the order of their tabs. A room is a lazy chunk; those whose folder is not there have no tab. */
import type { Room } from "../room.ts";

/** A tab. */
export interface RoomEntry {
  readonly name: string;
  readonly title: string;
  /** False for rooms whose tab is seen only while they are open. */
  readonly isListed: boolean;
  load(): Promise<Room>;
  /** Starts workers for what the address asks, before the room's code is there. */
  startAhead?(query: string): void;
}

const titles: readonly (readonly [name: string, title: string])[] = [
  ["phase", "Phase"],
  ["diagnose", "Diagnose"],
  ["flow", "Flow"],
  ["generalise", "Generalise"],
  ["lattice", "Lattice"],
  ["stories", "Stories"],
  ["run", "Runs"],
];
/** Run folders are there only when the command line serves them. */
const UNLISTED: readonly string[] = ["run"];

const modules = import.meta.glob<{ readonly room: Room }>("../rooms/*/index.ts");
/** Small, so that they are part of the shell. */
const aheads = import.meta.glob<(query: string) => void>("../rooms/*/ahead.ts", {
  eager: true,
  import: "startAhead",
});

/** All rooms. */
export const rooms: readonly RoomEntry[] = titles.flatMap(([name, title]) => {
  const module = modules[`../rooms/${name}/index.ts`];
  if (module === undefined) return [];
  const startAhead = aheads[`../rooms/${name}/ahead.ts`];
  const entry = { name, title, isListed: !UNLISTED.includes(name), load: async () => (await module()).room };
  return [startAhead === undefined ? entry : { ...entry, startAhead }];
});
