/** The depth at which a curve leaves its final value, the way the published maps are read (arXiv 2406.12916, code). */
import { SpecError } from "../../base/index.ts";

/** One entropy against depth. */
export interface EntropyCurve {
  /** What it is. */
  readonly name: string;
  /** Layers between the input and the value; 0 is the input itself. */
  readonly depths: readonly number[];
  readonly values: Float64Array;
  /** One standard error over the examples of the batch; NaN where it cannot be told. */
  readonly stderr: Float64Array;
}

/** Options of `findCutoff`. */
export interface CutoffOptions {
  /** Part of the final value that counts as equal. Default 0.005, the published one for MLPs (0.01 for CNNs). */
  readonly relative?: number;
  /** Difference that always counts as equal. Default 1e-8. */
  readonly absolute?: number;
  /** "value": the curve against its last value; "difference": minus its first difference against 0. Default "value". */
  readonly mode?: "value" | "difference";
}

/**
 * Where information has come to its final value; null when the whole curve is at it, or, with a reference of NaN, when an
 * undefined entropy stands in the way.
 */
export type Cutoff =
  | { readonly deviates: true; readonly depth: number; readonly reference: number }
  | { readonly deviates: false; readonly depth: null; readonly reference: number };

/**
 * Goes up from the deepest layer and returns the first depth whose value differs from the deepest one,
 * |S - S_L| > absolute + relative |S_L|. The input (depth 0) is no part of it.
 *
 * @returns `deviates: false` when all depths agree: the curve is flat, and what that means (all kept or all lost) is to
 *   be read from its value. `reference: NaN` when a value is NaN before one deviates: nothing can be read off such a curve
 * @throws SpecError for a curve of fewer than two depths or a negative tolerance
 * @source arXiv 2406.12916, published code
 * @example
 * ```ts
 * const curve = { name: "gram", depths: [1, 2, 3, 4], values: Float64Array.of(0.6, 0.3, 0, 0), stderr: new Float64Array(4) };
 * findCutoff(curve).depth; // => 2
 * ```
 */
export function findCutoff(curve: EntropyCurve, options: CutoffOptions = {}): Cutoff {
  const { relative = 0.005, absolute = 1e-8, mode = "value" } = options;
  if (!(relative >= 0 && absolute >= 0)) {
    throw new SpecError(`cutoff: tolerances ${relative} and ${absolute}, expected numbers >= 0`);
  }
  const points = curve.depths
    .map((depth, i) => ({ depth, value: curve.values[i] as number }))
    .filter(({ depth }) => depth > 0);
  if (points.length < 2) {
    throw new SpecError(`cutoff: ${curve.name} has ${points.length} depths, expected at least 2`);
  }
  const series =
    mode === "value"
      ? points
      : points.slice(0, -1).map(({ depth, value }, i) => ({
          depth,
          value: value - (points[i + 1] as { value: number }).value,
        }));
  const reference = mode === "value" ? (series.at(-1) as { value: number }).value : 0;
  for (const { depth, value } of series.reverse()) {
    if (Number.isNaN(value - reference)) return { deviates: false, depth: null, reference: Number.NaN };
    if (Math.abs(value - reference) > absolute + relative * Math.abs(reference)) {
      return { deviates: true, depth, reference };
    }
  }
  return { deviates: false, depth: null, reference };
}
