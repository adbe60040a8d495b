/** What a room is. `rooms/<name>/index.ts` exports `room: Room`; the shell finds it there and loads it when it is opened. */
import type { ComponentType } from "preact";
import type { StateActions } from "./state/index.ts";

/** A key that does something in a room. */
export interface Shortcut {
  /** `KeyboardEvent.key`: " " for space, "." , "p", "ArrowLeft". Taken by the shell: / ? s r Escape and 1 to 6. */
  readonly key: string;
  readonly does: string;
  run(): void;
}

/** An action for the command palette that has no key. */
export interface RoomCommand {
  readonly name: string;
  run(): void;
}

/** One room of the lab. */
export interface Room {
  /** In the address: "phase". */
  readonly name: string;
  readonly title: string;
  /** One sentence: what one can see here. */
  readonly summary: string;
  /** From `createState`; the shell joins it to the address. */
  readonly state: StateActions;
  readonly View: ComponentType;
  /** The command that makes the same numbers, or null where there is none. */
  commandLine(): string | null;
  /** A library program that makes the same numbers. */
  code(): string;
  readonly shortcuts: readonly Shortcut[];
  readonly commands?: readonly RoomCommand[];
  /** Back to the defaults; usually `state.reset()`. */
  reset(): void;
  /** Stops what is under way and was not started by `createJob`. */
  cancel?(): void;
  /** Called after the view has gone; ends workers and animations. */
  leave?(): void;
}
