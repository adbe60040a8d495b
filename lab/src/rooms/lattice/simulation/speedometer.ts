/** Sweeps a second. */

/** Milliseconds between two readings. */
const EVERY = 500;

/** Reads the speed of a run. */
export interface Speedometer {
  /** Null while nothing is known. */
  readonly rate: number | null;
  update(now: number, sweeps: number): void;
  restart(sweeps: number): void;
}

/** Without a reading yet. */
export function createSpeedometer(): Speedometer {
  let rate: number | null = null;
  let from = { at: performance.now(), sweeps: 0 };
  return {
    get rate() {
      return rate;
    },
    update(now, sweeps) {
      if (now - from.at < EVERY) return;
      rate = (1000 * (sweeps - from.sweeps)) / (now - from.at);
      from = { at: now, sweeps };
    },
    restart(sweeps) {
      rate = null;
      from = { at: performance.now(), sweeps };
    },
  };
}
