/** The part of the phase diagram in which a network and its critical point are seen. */
import type { PhaseGrid } from "../theory/index.ts";
import type { Diagnosis } from "./types.ts";

/** Smallest window: holds the critical lines of the usual activations. */
const WIDTH = 4;
const HEIGHT = 0.5;
/** Room beyond the outermost point. */
const MARGIN = 1.5;
const CELLS = 160;

/**
 * Grid around the network and its critical point.
 *
 * @param resolution - cells along each axis.
 */
export function windowAround(
  { weightVariance, biasVariance, critical }: Diagnosis,
  resolution: number = CELLS,
): PhaseGrid {
  const width = Math.max(
    WIDTH,
    MARGIN * weightVariance.value,
    MARGIN * (critical?.weightVariance.value ?? 0),
  );
  const height = Math.max(HEIGHT, MARGIN * biasVariance.value);
  // half a cell from zero, where no signal is left and nothing can be solved
  return { sigmaW2: [width / resolution, width], sigmaB2: [0, height], nx: resolution, ny: resolution };
}
