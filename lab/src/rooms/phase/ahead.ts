/** The room's workers. The shell starts them before it has the room's code when a visit begins here. */
import { keepWorkers, type WorkersAhead } from "../../jobs/ahead.ts";

/** What the painters and what follows the cross-hair prepare for. */
export interface PhaseAhead {
  readonly activation: string;
}

/** Of an address that names none. */
export const DEFAULT_ACTIVATION = "tanh";

const MOST_PAINTERS = 4;

/** One thread is left to what follows the cross-hair, so that a drag stays smooth while painting. */
export const PAINTERS: number = Math.max(
  1,
  Math.min(MOST_PAINTERS, (globalThis.navigator?.hardwareConcurrency || 2) - 1),
);

/** Paint rows of the diagram. */
export const paintWorkers: WorkersAhead<PhaseAhead> = keepWorkers(
  () => new Worker(new URL("./paint-worker.ts", import.meta.url), { type: "module" }),
);

/** Follow the cross-hair and the pins. */
export const pointWorkers: WorkersAhead<PhaseAhead> = keepWorkers(
  () => new Worker(new URL("./point-worker.ts", import.meta.url), { type: "module" }),
);

/** Starts them for what an address asks. */
export function startAhead(query: string): void {
  const activation = new URLSearchParams(query).get("a") ?? DEFAULT_ACTIVATION;
  paintWorkers.start(PAINTERS, { activation });
  pointWorkers.start(1, { activation });
}
