/** Theory's density of squared singular values of the Jacobian, where it applies: the curve over the histogram. */
import { ConvergenceError, SpecError } from "../../base/index.ts";
import { resolveActivation } from "../../networks/index.ts";
import { type Diagnosis, predictJacobianDensity } from "../../signal/index.ts";
import type { SpectrumInput } from "../spectrum.ts";

/** Points of a theory curve. */
const DENSITY_POINTS = 80;
/** Squared singular values below this share of the largest are rounding errors of float32. */
const SMALLEST_SHARE = 1e-9;
/** Decades drawn beyond the largest measured value. */
const DENSITY_MARGIN = 0.3;

/** A density over log10 of the squared singular value. */
export type DrawnDensity = NonNullable<SpectrumInput["theoryDensity"]>;

/**
 * Theory's density over log10(s^2) on the measured support; null where it does not apply or cannot be continued. It is
 * that of layers at the fixed point; the first layers, where the signal still settles, are not.
 */
export function predictDrawnDensity({ jacobian, theory, network }: Diagnosis): DrawnDensity | null {
  const isCovered = jacobian?.isComplete && jacobian.relativeVariance.theory !== null && jacobian.depth > 0;
  if (!isCovered || theory === null || network.activation === null || theory.varianceLimit !== "finite")
    return null;
  const squares = jacobian.singularValues.map((s) => s * s);
  const largest = squares.reduce((most, square) => Math.max(most, square), 0);
  const logs = squares.filter((square) => square > largest * SMALLEST_SHARE).map(Math.log10);
  const low = logs.reduce((least, log) => Math.min(least, log), Number.POSITIVE_INFINITY);
  const high = Math.log10(largest) + DENSITY_MARGIN;
  const logSquare = Float64Array.from(
    { length: DENSITY_POINTS },
    (_, i) => low + ((high - low) * i) / (DENSITY_POINTS - 1),
  );
  const lambda = logSquare.map((log) => 10 ** log);
  const setup = {
    sigmaW2: theory.sigmaW2,
    q: theory.q.value,
    depth: jacobian.depth,
    ensemble: jacobian.ensemble,
  };
  try {
    const { density } = predictJacobianDensity(resolveActivation(network.activation), setup, lambda);
    return { logSquare, density: density.map((d, i) => d * (lambda[i] as number) * Math.LN10) };
  } catch (error) {
    if (error instanceof ConvergenceError || error instanceof SpecError) return null;
    throw error;
  }
}
