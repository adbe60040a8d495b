/** The room that a step shows: loaded, put into the step's state, and started where the step says so. */
import { type Signal, signal } from "@preact/signals";
import { cancelRunningJobs } from "../../jobs/running.ts";
import type { Room } from "../../room.ts";
import type { StoryStep } from "./types.ts";

/** The rooms that steps show. */
const loaders: Readonly<Record<StoryStep["room"], () => Promise<{ readonly room: Room }>>> = {
  phase: () => import("../phase/index.ts"),
  diagnose: () => import("../diagnose/index.ts"),
  flow: () => import("../flow/index.ts"),
  generalise: () => import("../generalise/index.ts"),
  lattice: () => import("../lattice/index.ts"),
};

/** The key that starts what a room computes. */
const STARTS: Readonly<Partial<Record<StoryStep["room"], string>>> = { diagnose: "d", flow: " " };

/** What is shown below the text. */
export type InnerRoom =
  | { readonly kind: "none" }
  | { readonly kind: "loading" }
  | { readonly kind: "open"; readonly room: Room; readonly step: StoryStep }
  | { readonly kind: "failed"; readonly message: string };

/** The room below the text. */
export const inner: Signal<InnerRoom> = signal({ kind: "none" });

let arrivals = 0;

/** Shows a step's room; null for none. */
export async function showRoomOf(step: StoryStep | null): Promise<void> {
  const arrival = ++arrivals;
  const current = inner.peek();
  if (step === null) {
    leaveRoom();
    return;
  }
  if (current.kind === "open" && current.step.room === step.room) {
    // the same view stays; what it computes for the step before ends
    if (current.step.query !== step.query) {
      current.room.cancel?.();
      cancelRunningJobs();
      current.room.state.load(step.query);
    }
    inner.value = { kind: "open", room: current.room, step };
    return;
  }
  leaveRoom();
  inner.value = { kind: "loading" };
  try {
    const { room } = await loaders[step.room]();
    if (arrival !== arrivals) return;
    room.state.load(step.query);
    inner.value = { kind: "open", room, step };
  } catch (error) {
    if (arrival !== arrivals) return;
    inner.value = { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

/** Ends the inner room. */
export function leaveRoom(): void {
  const current = inner.peek();
  if (current.kind === "none") return;
  cancelRunningJobs();
  if (current.kind === "open") {
    current.room.cancel?.();
    // the view goes first: it may still follow what leaving ends
    inner.value = { kind: "none" };
    current.room.leave?.();
  } else inner.value = { kind: "none" };
}

/** Starts what the step says, once its view is there. */
export async function startStep({ room, starts }: StoryStep): Promise<void> {
  if (starts === undefined) return;
  if (starts === "motion") {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    // the room may run already: its key would stop it
    const { play } = await import("../lattice/run/index.ts");
    play(true);
    return;
  }
  if (starts === "pins") {
    const { measurePins } = await import("../flow/measurements.ts");
    await measurePins();
    return;
  }
  const current = inner.peek();
  if (current.kind !== "open") return;
  current.room.shortcuts.find(({ key }) => key === STARTS[room])?.run();
}

/** Keys of the inner room that the walk does not use itself. */
export function innerShortcuts(taken: readonly string[]): Room["shortcuts"] {
  const current = inner.peek();
  return current.kind === "open" ? current.room.shortcuts.filter(({ key }) => !taken.includes(key)) : [];
}
