/** The rooms in the order of their tabs. A room is a lazy chunk; those whose folder is not there have no tab. */
import type { Room } from "../room.ts";

/** A tab. */
export interface RoomEntry {
  readonly name: string;
  readonly title: string;
  /** False for rooms whose tab is seen only while they are open. */
  readonly isListed: boolean;
  load(): Promise<Room>;
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

/** All rooms. */
export const rooms: readonly RoomEntry[] = titles.flatMap(([name, title]) => {
  const module = modules[`../rooms/${name}/index.ts`];
  return module === undefined
    ? []
    : [{ name, title, isListed: !UNLISTED.includes(name), load: async () => (await module()).room }];
});
