/**
 * How far hidden weights, fields and outputs are from Gaussian: the excess kurtosis E x^4 / (E x^2)^2 - 3 about zero, 0 for a Gaussian.
 * Finite-width theories take fields as Gaussian; where a network learns features, weights and fields leave that.
 */
import { type Estimate, ShapeError, SpecError } from "../../base/index.ts";
import type { Activation } from "../../networks/index.ts";
import { gaussianAverage, jackknife } from "../../numerics/index.ts";

/** Blocks of the jackknife at most. */
const BLOCKS = 100;

/**
 * Excess kurtosis of values whose mean is 0 by symmetry, such as weights.
 *
 * @param values - at least 8; independent, else the error is too small.
 * @returns the value with its jackknife error; values of a sample of n Gaussians scatter by sqrt(24 / n) about 0.
 * @throws ShapeError for fewer values, or all 0.
 * @example
 * ```ts
 * import { measureExcessKurtosis } from "isinglass/bayes";
 *
 * measureExcessKurtosis([1, -1, 1, -1, 1, -1, 1, -1]).value; // => -2
 * ```
 */
export function measureExcessKurtosis(values: ArrayLike<number>): Estimate {
  const size = values.length;
  if (size < 8) throw new ShapeError(`kurtosis: received ${size} values, expected at least 8`);
  const powers = Array.from(values, (x): readonly [number, number] => [x * x, x ** 4]);
  const kurtosisOf = (some: readonly (readonly [number, number])[]): number => {
    let [second, fourth] = [0, 0];
    for (const [square, power] of some) {
      second += square;
      fourth += power;
    }
    return (some.length * fourth) / (second * second) - 3;
  };
  if (!Number.isFinite(kurtosisOf(powers))) {
    throw new ShapeError("kurtosis: received values that are all 0 or not finite, expected some spread");
  }
  const blockSize = Math.ceil(size / BLOCKS);
  const { stderr, n } = jackknife(powers, kurtosisOf, { blockSize });
  return {
    value: kurtosisOf(powers),
    stderr,
    n,
    method: `jackknife over ${n} blocks of ${blockSize} values`,
  };
}

/**
 * Excess kurtosis of one output of one hidden layer under the prior: (3 E phi^4 / (E phi^2)^2 - 3) / N, phi of a Gaussian field of the
 * given variance. An output is no Gaussian at finite width; it is not the chi-squared mixture either, whose value is 6 / N, since that
 * holds for sums over many examples.
 *
 * @param variance - of the field, above 0.
 * @param width - N, at least 1.
 * @throws SpecError for arguments out of range.
 * @source fourth moment of v . phi / sqrt(N) with Gaussian v.
 * @example
 * ```ts
 * import { predictOutputKurtosis } from "isinglass/bayes";
 * import { resolveActivation } from "isinglass/networks";
 *
 * predictOutputKurtosis(resolveActivation("linear"), 1, 10); // => 0.6
 * ```
 */
export function predictOutputKurtosis(activation: Activation, variance: number, width: number): number {
  if (!(variance > 0 && width >= 1 && Number.isFinite(variance * width))) {
    throw new SpecError(
      `kurtosis: received variance ${variance} and width ${width}, expected above 0 and at least 1`,
    );
  }
  const root = Math.sqrt(variance);
  const kinks = activation.kinks.map((kink) => kink / root);
  const moment = (power: number): number =>
    gaussianAverage((z) => activation.f(root * z) ** power, { kinks });
  return (3 * moment(4) - 3 * moment(2) ** 2) / (moment(2) ** 2 * width);
}
