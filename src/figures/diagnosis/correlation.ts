/** The correlation of two inputs: c itself, or 1 - c on a logarithmic axis where c tends to one. */

import type { Diagnosis } from "../../signal/index.ts";
import { formatNumber } from "../basics/index.ts";
import { type DepthPoint, drawDepthProfile } from "../depth-profile.ts";
import type { Figure, FigureOptions } from "../figure.ts";
import { formatAroundOne } from "./near-one.ts";

/** Below this, 1 - c of a 32-bit network is rounding: eight units of 2^-23. */
export const ROUNDING_FLOOR = 1e-6;
/** A theory limit this near to one is one: the ordered phase and the critical line. */
const NEAR_ONE = 1e-3;
/** Without theory: a measured cosine this near to one. */
const ALIKE = 0.01;
/** With theory: inputs have become alike by so much that the difference is worth a logarithm. */
const DECIDED = 0.2;
/** Theory is drawn a little below the floor, so that one sees where it goes. */
const THEORY_FLOOR = ROUNDING_FLOOR / 10;

/** Whether theory or measurement at this layer is below what 32-bit numbers hold. */
export function isRounding({ theory, measured }: DepthPoint): boolean {
  const isBelow = (c: number | null | undefined): boolean => typeof c === "number" && 1 - c < ROUNDING_FLOOR;
  return isBelow(theory) || isBelow(measured?.value);
}

function isAlike(c: number | null | undefined): boolean {
  return typeof c === "number" && 1 - c < DECIDED;
}

/** Draws the correlation over depth. */
export function drawCorrelation(
  layers: readonly DepthPoint[],
  { theory }: Diagnosis,
  options: FigureOptions,
): Promise<Figure> {
  const limit = theory?.c.value ?? null;
  const tendsToOne =
    limit === null
      ? layers.some(({ measured }) => measured !== null && 1 - measured.value < ALIKE)
      : 1 - limit < NEAR_ONE &&
        layers.some(({ theory, measured }) => isAlike(theory) || isAlike(measured?.value));
  if (tendsToOne) return drawDifference(layers, limit, options);
  return drawDepthProfile(
    {
      name: "correlation",
      title: "Correlation of two inputs",
      caption: `The mean cosine between different inputs${limit === null ? "" : `; theory settles at c* = ${formatNumber(limit, 4)} (dashed)`}. Once it has settled, deeper layers cannot tell inputs apart by their similarity.`,
      quantity: "cosine of two inputs c",
      layers,
      limit,
    },
    options,
  );
}

function drawDifference(
  layers: readonly DepthPoint[],
  limit: number | null,
  options: FigureOptions,
): Promise<Figure> {
  const leftOut = layers.filter(({ measured }) => measured !== null && 1 - measured.value < ROUNDING_FLOOR);
  const differences = layers.map(({ layer, theory, measured }) => ({
    layer,
    theory: theory === null || 1 - theory < THEORY_FLOOR ? null : 1 - theory,
    measured:
      measured === null || 1 - measured.value < ROUNDING_FLOOR
        ? null
        : { ...measured, value: 1 - measured.value },
  }));
  const settles =
    limit === null ? "" : `Theory goes to c* = ${formatAroundOne({ value: limit, stderr: 0 }, 4)}. `;
  const floor =
    leftOut.length === 0
      ? ""
      : ` Below the dashed line, 1e-6, rounding to 32 bits decides: ${leftOut.length} measured ${leftOut.length === 1 ? "layer is" : "layers are"} left out there.`;
  return drawDepthProfile(
    {
      name: "correlation",
      title: "Difference of two inputs",
      caption: `What is left of the difference of two inputs: one minus their mean cosine c. ${settles}A straight line falls by the same factor in each layer (ordered); one that bends and flattens falls as a power of depth (critical).${floor}`,
      quantity: "1 − cosine of two inputs c",
      column: "1 - c",
      layers: differences,
      limit: leftOut.length === 0 ? null : ROUNDING_FLOOR,
      isLogarithmic: true,
    },
    options,
  );
}
