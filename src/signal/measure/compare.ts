/** Theory beside measurement: differences in units of the measurement's error. */
import type { Estimate } from "../../base/index.ts";

/** A theory value beside its measurement. */
export interface Residual {
  readonly theory: number;
  readonly measured: Estimate;
  /** measured - theory. */
  readonly difference: number;
  /** The difference over the standard error; null when the error is unknown, infinite when it is 0. */
  readonly inErrors: number | null;
}

/** How a set of residuals agrees as a whole. */
export interface Agreement {
  readonly residuals: readonly Residual[];
  /** sum of squared residuals in units of the error, over their number: about 1 when theory holds. */
  readonly reducedChi2: number | null;
  /** Largest residual in units of the error. */
  readonly worst: number | null;
}

/**
 * Compares theory with measurements of the same quantities.
 *
 * Errors over seeds are of single layers; neighbouring layers of the same networks fluctuate together, so
 * `reducedChi2` scatters more than that of independent numbers.
 *
 * @param theory - one value per measurement; null where theory says nothing.
 * @param measured - null where nothing was measured.
 *
 * @example
 * ```ts
 * import { compareWithTheory } from "isinglass/signal";
 *
 * const measured = [{ value: 1.1, stderr: 0.1, n: 5, method: "mean over 5 seeds" }];
 * compareWithTheory([1], measured).worst; // => 1
 * ```
 */
export function compareWithTheory(
  theory: readonly (number | null)[],
  measured: readonly (Estimate | null)[],
): Agreement {
  const residuals = measured.flatMap((estimate, i): Residual[] => {
    const expected = theory[i] ?? null;
    if (estimate === null || expected === null) return [];
    const difference = estimate.value - expected;
    return [
      { theory: expected, measured: estimate, difference, inErrors: inErrors(difference, estimate.stderr) },
    ];
  });
  const known = residuals.flatMap((residual) => (residual.inErrors === null ? [] : [residual.inErrors]));
  const isKnown = known.length > 0;
  return {
    residuals,
    reducedChi2: isKnown ? known.reduce((sum, x) => sum + x * x, 0) / known.length : null,
    worst: isKnown ? known.reduce((max, x) => Math.max(max, Math.abs(x)), 0) : null,
  };
}

function inErrors(difference: number, stderr: number | null): number | null {
  if (stderr === null) return null;
  return difference === 0 ? 0 : difference / stderr;
}
