/** What the page knows of the simulation: signals that views read. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { JobFailure, JobUnsupported } from "../../../jobs/messages.ts";
import { type LatticePlan, planLattice } from "../plan.ts";
import type { BuiltLattice, Inspected, RunEstimates, RunNumbers, Trace } from "../simulation/messages.ts";
import { specOf, state } from "../state.ts";

/** Where the simulation stands. */
export type ClientStatus =
  | { readonly kind: "idle" }
  | { readonly kind: "building" }
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly message: string; readonly hint: string }
  | JobFailure
  | JobUnsupported;

export const status: Signal<ClientStatus> = signal({ kind: "idle" });
export const lattice: Signal<BuiltLattice | null> = signal(null);
export const numbers: Signal<RunNumbers | null> = signal(null);
export const estimates: Signal<RunEstimates | null> = signal(null);
export const trace: Signal<Trace | null> = signal(null);
export const picked: Signal<Inspected | null> = signal(null);
export const isRunning: Signal<boolean> = signal(false);
/** Sweep of the picture that is shown, when it is one of the past. */
export const pastSweep: Signal<number | null> = signal(null);
/** What the lattice will cost, or why it is refused; follows the controls at once. */
export const plan: ReadonlySignal<LatticePlan> = computed(() => planLattice(specOf()));

/** The newest spins, 255 up and 0 down; the painter takes them when `version` has changed. */
export const spins: { data: Uint8Array | null; version: number } = { data: null, version: 0 };

let listeners: (() => void)[] = [];

/** Called when there is something new to draw. */
export function onPicture(listener: () => void): () => void {
  listeners.push(listener);
  return () => {
    listeners = listeners.filter((other) => other !== listener);
  };
}

/** Tells that there is. */
export function announcePicture(): void {
  for (const listener of listeners) listener();
}

/** What points of one figure share: lattice, boundary, field. */
export function keyOfCurve(): string {
  return JSON.stringify([specOf(), state.field.value]);
}
