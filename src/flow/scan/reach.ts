/**
 * How deep information gets, read off a curve in two ways. The cutoff of the published maps: going up from the deepest
 * block, the first depth at which the differential entropy has left its final value (arXiv 2406.12916). And the reach: the
 * deepest block from which reconstructions still have a stated share of the input's Gram entropy, which also sees a slow
 * loss.
 */
import { type Cutoff, findCutoff } from "../cascade/index.ts";

/** Share of the input's Gram entropy that counts as "still there", when nothing else is said. */
export const KEPT_SHARE = 0.1;
/** Part of the final differential entropy that counts as equal: the published values for dense and for other networks. */
const CUTOFF_TOLERANCE = { dense: 0.005, other: 0.01 } as const;

/** How far a curve was followed, and where information ends. */
export interface Reach {
  /** Deepest depth with at least `share` of the input's Gram entropy; 0 when not even the first block keeps it. */
  readonly depth: number;
  /** The last depth that was looked at. */
  readonly of: number;
  /** True when the whole network keeps it. */
  readonly isWhole: boolean;
  readonly share: number;
}

/**
 * The reach of a curve of Gram entropies.
 *
 * @param gram entropies from depth 0, the input, to the last depth that counts
 * @example
 * ```ts
 * import { findReach } from "isinglass/flow";
 * findReach([0.6, 0.5, 0.2, 0.01, 0]).depth; // => 2
 * ```
 */
export function findReach(gram: readonly number[], share: number = KEPT_SHARE): Reach {
  const least = share * (gram[0] as number);
  let depth = 0;
  while (depth + 1 < gram.length && (gram[depth + 1] as number) >= least) depth += 1;
  const of = gram.length - 1;
  return { depth, of, isWhole: depth === of, share };
}

/**
 * The cutoff of a curve of differential entropies.
 *
 * @param differential entropies from depth 0 to the last depth that counts
 * @param isDense true for networks of dense layers, whose published tolerance is smaller
 */
export function findDifferentialCutoff(differential: readonly number[], isDense: boolean): Cutoff {
  return findCutoff(
    {
      name: "differential",
      depths: differential.map((_, depth) => depth),
      values: Float64Array.from(differential),
      stderr: new Float64Array(differential.length),
    },
    { relative: isDense ? CUTOFF_TOLERANCE.dense : CUTOFF_TOLERANCE.other },
  );
}
