/**
 * How fast inputs become alike with depth: d log(1 - c)/dl from the mean cosine of pairs, over the deeper half of a network.
 * Near the fixed point of the correlation map it equals log chi_c: -1/xi_c in the ordered phase, 0 on the chaotic plateau. At
 * criticality 1 - c falls as a power of l, so what tells the phases apart is the slope times the depth.
 */
import { type Estimate, SpecError } from "../../base/index.ts";
import { fitLine } from "../../numerics/index.ts";

/** The fit and the layers it used. */
export interface DecorrelationSlope {
  /** d log(1 - c)/dl per layer, with the error of the fit. */
  readonly slope: Estimate;
  /** slope times depth: below -2 inputs merge exponentially, near -1 as a power, near 0 not at all. */
  readonly overDepth: Estimate;
  /** First and last layer of the fit. */
  readonly from: number;
  readonly to: number;
}

/** 1 - c below this is rounding of float32 activations. */
const ROUNDING = 1e-12;
const LEAST_LAYERS = 3;

/**
 * Fits the slope of log(1 - c) against the layer.
 *
 * @param decorrelation - 1 - c at layers 0 (input) .. L, each in [0, 2].
 * @param floor - values below are rounding and end the fit; default 1e-12.
 * @returns the fit over the second half of what is above the floor (at least 3 layers); null when fewer are left. The
 * error is that of the scatter around a straight line.
 * @throws SpecError for values outside [0, 2].
 * @example
 * ```ts
 * import { fitDecorrelation } from "isinglass/flow";
 *
 * const decorrelation = Array.from({ length: 30 }, (_, l) => Math.exp(-l / 5));
 * fitDecorrelation(decorrelation)?.slope.value; // => -0.2
 * ```
 */
export function fitDecorrelation(
  decorrelation: ArrayLike<number>,
  floor: number = ROUNDING,
): DecorrelationSlope | null {
  const values = Array.from(decorrelation);
  const bad = values.findIndex((value) => !(value >= 0 && value <= 2));
  if (bad >= 0) {
    throw new SpecError(
      `fitDecorrelation: received 1 - c = ${values[bad]} at layer ${bad}, expected 0 to 2.`,
      {
        hint: "It is `decorrelation` of the spectra.",
      },
    );
  }
  const lost = values.findIndex((value) => value <= floor);
  const end = lost < 0 ? values.length : lost;
  const start = Math.min(Math.floor(end / 2), end - LEAST_LAYERS);
  if (start < 0) return null;
  const layers = Array.from({ length: end - start }, (_, k) => start + k);
  const fit = fitLine(
    layers,
    layers.map((l) => Math.log(values[l] as number)),
  );
  const depth = values.length - 1;
  const scaled = (factor: number): Estimate => ({
    ...fit.slope,
    value: factor * fit.slope.value,
    stderr: fit.slope.stderr === null ? null : factor * fit.slope.stderr,
    method: `line through log(1 - c) of layers ${start} to ${end - 1}`,
  });
  return { slope: scaled(1), overDepth: scaled(depth), from: start, to: end - 1 };
}
