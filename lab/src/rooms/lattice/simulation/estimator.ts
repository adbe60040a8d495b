/** Estimates of a run, made often enough to be watched and seldom enough to leave time for sweeps. */
import type { IsingRun } from "../../../../../src/lattice/index.ts";
import type { RunEstimates } from "./messages.ts";

/** Milliseconds between estimates, and their largest share of the time. */
const EVERY = 400;
const SHARE = 0.1;
/** Fewest measurements for estimates. */
const FEWEST = 32;

/** The newest estimates. */
export interface Estimator {
  readonly newest: RunEstimates | null;
  /** Makes new ones if there are measurements that the newest do not hold. */
  update(run: IsingRun, now: number): void;
  /** Whether it is time for new ones. */
  isDue(now: number): boolean;
  forget(): void;
}

/** Without estimates yet. */
export function createEstimator(): Estimator {
  let newest: RunEstimates | null = null;
  let next = 0;
  return {
    get newest() {
      return newest;
    },
    update(run, now) {
      if (run.measured < FEWEST || run.measured === newest?.measured) return;
      newest = { measured: run.measured, temperature: run.temperature, estimates: run.estimate() };
      const took = performance.now() - now;
      next = now + Math.max(EVERY, took / SHARE);
    },
    isDue: (now) => now >= next,
    forget() {
      newest = null;
      next = 0;
    },
  };
}
