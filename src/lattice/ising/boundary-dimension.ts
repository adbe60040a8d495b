/**
 * The scaling dimension of spins on the boundary of a hyperbolic patch: <s s'> ~ (1 - cos theta)^-Delta with theta = 2 pi d / n for sites d
 * apart on a ring of n, at every temperature where the boundary is disordered (Asaduzzaman et al., "Holography for Ising
 * spins on the hyperbolic plane", 2021).
 */
import type { Estimate } from "../../base/index.ts";
import { autocorrelationTime, fitLine, jackknife } from "../../numerics/index.ts";

/** Smallest and largest distance of the fit: neighbours on the ring, and a third of the way round. */
const FROM = 2;
const TO_SHARE = 1 / 3;
/** A correlation counts while it exceeds this many standard errors. */
const SIGNIFICANT = 4;
const FEWEST_POINTS = 3;
const BLOCKS = 32;

/**
 * Fits Delta from time series of the ring's correlations, with a jackknife over blocks of time, since correlations at different
 * distances come from the same configurations.
 *
 * @param distances ascending; `series` one time series per distance; `ring` sites of the ring.
 * @returns null when fewer than three distances are significant.
 */
export function fitBoundaryDimension(
  distances: readonly number[],
  series: readonly Float64Array[],
  ring: number,
): Estimate | null {
  const used: number[] = [];
  for (const [k, d] of distances.entries()) {
    if (d < FROM || d > ring * TO_SHARE) continue;
    const { value, stderr } = autocorrelationTime(series[k] as Float64Array).mean;
    if (!(value > SIGNIFICANT * (stderr ?? 0))) break;
    used.push(k);
  }
  if (used.length < FEWEST_POINTS) return null;
  const x = used.map((k) => logChord(distances[k] as number, ring));
  const size = Math.floor((series[0] as Float64Array).length / BLOCKS);
  if (size === 0) return null;
  const blocks = Array.from({ length: BLOCKS }, (_, b) =>
    used.map((k) => meanOf((series[k] as Float64Array).subarray(b * size, (b + 1) * size))),
  );
  const fit = (kept: readonly (readonly number[])[]): number => {
    const y = used.map((_, c) => kept.reduce((sum, row) => sum + (row[c] as number), 0) / kept.length);
    // a block left out may turn the farthest point around: it then counts as small, not as undefined
    return -fitLine(
      x,
      y.map((value) => Math.log(Math.max(value, Number.MIN_VALUE))),
    ).slope.value;
  };
  const { value, stderr } = jackknife(blocks, fit);
  return {
    value,
    stderr,
    n: BLOCKS,
    method: `log-log fit over ${used.length} distances, jackknife over ${BLOCKS} blocks`,
  };
}

/** log(1 - cos theta) of two sites d apart on a ring. */
export function logChord(d: number, ring: number): number {
  return Math.log(1 - Math.cos((2 * Math.PI * d) / ring));
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
