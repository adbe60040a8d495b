/**
 * What an arc of the boundary knows of the inside: cells beyond the geodesic that bounds the arc stay unknown, cells between it and
 * the arc (its wedge) are rebuilt. With values on one layer the variance left on that geodesic is one half by symmetry; a second layer of
 * data, which holds the field's slope too, reaches deeper.
 */
import { type Estimate, SpecError } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { centreOf, placeCells, toKlein } from "../tiling/index.ts";
import type { FieldOptions } from "./operator.ts";
import {
  extendInward,
  reconstructField,
  type SmearingKernel,
  solveSmearingKernel,
} from "./reconstruction.ts";

/** Options of `measureArcReconstruction`. */
export interface ArcOptions extends FieldOptions {
  /** Angle of the whole arc in radians, centred on the positive x axis; default pi. */
  readonly angle?: number;
  /** Outer layers whose values are known on the arc, at least 1; default 1. */
  readonly dataLayers?: number;
  /** Standard deviation of the noise of the data; default 0.001. */
  readonly noise?: number;
}

/** A reconstruction from an arc. */
export interface ArcReconstruction {
  readonly smearing: SmearingKernel;
  readonly angle: number;
  /** Cells whose values are known. */
  readonly dataCells: Uint32Array;
  /** Whether each cell's centre lies between the arc and its geodesic. */
  readonly isInside: Uint8Array;
  /** Expected error relative to the size of the field, by cell. */
  readonly expectedError: Float64Array;
  /** A random on-shell field, and what was rebuilt of it. */
  readonly truth: Float64Array;
  readonly field: Float64Array;
  /** Root mean square of the expected error over cells without data inside and outside the wedge; null where there are none. */
  readonly inside: number | null;
  readonly outside: number | null;
  /** Measured error of the rebuilt field inside the wedge, in the same units. */
  readonly measuredInside: Estimate | null;
  /** Largest |(w (p - A) + m^2) phi| of the field extended from the whole boundary: rounding. */
  readonly residual: number;
}

/**
 * Rebuilds a random on-shell field from noisy values on an arc of the outermost layers.
 *
 * @param stream draws the field and the noise.
 * @throws SpecError for an angle outside (0, 2 pi] or data layers that do not exist; and as `solveSmearingKernel`.
 * @example
 * ```ts
 * import { measureArcReconstruction } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * const { inside, outside } = await measureArcReconstruction(7, 3, 4, createStream(1));
 * (inside ?? 1) < (outside ?? 0); // => true
 * ```
 */
export async function measureArcReconstruction(
  p: number,
  q: number,
  layers: number,
  stream: RandomStream,
  options: ArcOptions = {},
): Promise<ArcReconstruction> {
  const { angle = Math.PI, dataLayers = 1, noise = 1e-3 } = options;
  if (!(angle > 0 && angle <= 2 * Math.PI))
    throw new SpecError(`reconstruction: received an arc of ${angle}, expected an angle in (0, 2 pi]`);
  if (!Number.isInteger(dataLayers) || dataLayers < 1 || dataLayers >= layers)
    throw new SpecError(
      `reconstruction: received ${dataLayers} layers of data, expected an integer from 1 to ${layers - 1}`,
    );
  const smearing = solveSmearingKernel(p, q, layers, options);
  const { tiling, boundaryCells } = smearing;
  const { cells, layerStart } = tiling;
  const placement = placeCells(tiling);
  const isInside = new Uint8Array(cells);
  const known: number[] = [];
  const firstData = layerStart[layers - dataLayers] as number;
  for (let c = 0; c < cells; c++) {
    const { x, y } = toKlein(centreOf(placement, c));
    // geodesics are chords in the Klein disc
    isInside[c] = x > Math.cos(angle / 2) ? 1 : 0;
    if (c >= firstData && Math.abs(Math.atan2(y, x)) <= angle / 2) known.push(c);
  }
  if (known.length === 0)
    throw new SpecError(`reconstruction: no cell of the outermost layer lies on an arc of ${angle}`, {
      hint: "use a wider arc",
    });
  const values = new Float64Array(boundaryCells);
  stream.fillNormal(values);
  const truth = extendInward(smearing, values);
  const data = known.map((c) => (truth[c] as number) + noise * stream.normal());
  const { field, expectedError } = await reconstructField(
    smearing,
    { cells: known, values: data },
    { noise },
  );
  const isKnown = new Uint8Array(cells);
  for (const c of known) isKnown[c] = 1;
  const pick = (wanted: number): number[] =>
    Array.from({ length: cells }, (_, c) => c).filter((c) => isInside[c] === wanted && isKnown[c] === 0);
  const inner = pick(1);
  const errors = truth.map((value, c) => ((field[c] as number) - value) / typicalSize(smearing, c));
  const measured = rootMeanSquare(errors, inner);
  return {
    smearing,
    angle,
    dataCells: Uint32Array.from(known),
    isInside,
    expectedError,
    truth,
    field,
    inside: rootMeanSquare(expectedError, inner),
    outside: rootMeanSquare(expectedError, pick(0)),
    measuredInside:
      measured === null
        ? null
        : { value: measured, stderr: null, n: 1, method: `one random field, ${inner.length} cells` },
    residual: largestResidual(smearing, truth),
  };
}

/** Standard deviation of a cell's value over fields with independent boundary values of unit variance. */
function typicalSize({ kernel: { data, cols } }: SmearingKernel, cell: number): number {
  let sum = 0;
  for (let b = 0; b < cols; b++) sum += (data[cell * cols + b] as number) ** 2;
  return Math.sqrt(sum);
}

function rootMeanSquare(values: Float64Array, cells: readonly number[]): number | null {
  if (cells.length === 0) return null;
  return Math.sqrt(cells.reduce((sum, c) => sum + (values[c] as number) ** 2, 0) / cells.length);
}

function largestResidual(
  { tiling, firstBoundary, weight, massSquared }: SmearingKernel,
  field: Float64Array,
): number {
  const { p, offsets, neighbours } = tiling;
  let largest = 0;
  for (let i = 0; i < firstBoundary; i++) {
    let sum = (weight * p + massSquared) * (field[i] as number);
    for (let k = offsets[i] as number; k < (offsets[i + 1] as number); k++)
      sum -= weight * (field[neighbours[k] as number] as number);
    largest = Math.max(largest, Math.abs(sum));
  }
  return largest;
}
