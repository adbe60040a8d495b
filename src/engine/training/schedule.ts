/** Learning rates as functions of the step: constant or cosine, after a linear warm-up. */
import { SpecError } from "../../base/index.ts";

/** A learning rate over time. Steps count from 0. */
export interface Schedule {
  /** Largest rate. */
  readonly rate: number;
  /** Steps of linear growth: rate (step + 1) / warmup. Default 0. */
  readonly warmup?: number;
  /** Default "constant". "cosine" falls along half a cosine from `rate` to `floor` (Loshchilov and Hutter 2017). */
  readonly shape?: "constant" | "cosine";
  /** Step at which a cosine reaches its floor; required for it. */
  readonly steps?: number;
  /** Last rate of a cosine. Default 0. */
  readonly floor?: number;
}

function fail(what: string, value: unknown, expected: string): never {
  throw new SpecError(`learning rate: ${what} ${value}, expected ${expected}`);
}

/**
 * Checks a schedule; a number is a constant rate.
 *
 * @throws SpecError for a negative or infinite rate, or a cosine without a length
 * @example
 * ```ts
 * resolveSchedule({ rate: 0.1, shape: "cosine", steps: 1000, warmup: 50 }).floor; // => 0
 * ```
 */
export function resolveSchedule(rate: number | Schedule): Required<Schedule> {
  const given = typeof rate === "number" ? { rate } : rate;
  const { warmup = 0, shape = "constant", floor = 0, steps = 0 } = given as Schedule;
  if (!(given.rate >= 0 && Number.isFinite(given.rate))) fail("rate", given.rate, "a number >= 0");
  if (!(Number.isSafeInteger(warmup) && warmup >= 0)) fail("warmup", warmup, "a whole number of steps");
  if (!(floor >= 0 && floor <= given.rate)) fail("floor", floor, "a number from 0 to the rate");
  if (shape === "cosine" && !(Number.isSafeInteger(steps) && steps > warmup)) {
    fail("cosine steps", steps, "a whole number larger than the warm-up");
  }
  return { rate: given.rate, warmup, shape, steps, floor };
}

/**
 * The rate at a step.
 *
 * @example
 * ```ts
 * const schedule = resolveSchedule({ rate: 0.1, shape: "cosine", steps: 100 });
 * rateAt(schedule, 50); // => 0.05
 * ```
 */
export function rateAt(schedule: Required<Schedule>, step: number): number {
  const { rate, warmup, shape, steps, floor } = schedule;
  if (step < warmup) return (rate * (step + 1)) / warmup;
  if (shape === "constant") return rate;
  const progress = Math.min(1, (step - warmup) / (steps - warmup));
  return floor + ((rate - floor) * (1 + Math.cos(Math.PI * progress))) / 2;
}
