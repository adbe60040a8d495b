/**
 * From the numbers of one run, or of several seeds, to estimates. Over seeds: mean and standard error of the seeds'
 * values. Over inputs of one network: q and gradients are means over inputs; 1 - c is a U-statistic of order two
 * whose error follows from its projection (Hoeffding 1948); ratios use the linearised error of a ratio of means.
 */
import type { Estimate } from "../../base/index.ts";
import { meanWithError } from "../../numerics/index.ts";
import type { InputStatistics, ValueStatistics } from "./types.ts";

/** Raw numbers of one run; row 0 of q and d belongs to the input, row l + 1 to layer l, the rows after to further values. */
export interface RawProbes {
  readonly batch: number;
  /** [layers + 1 + values, batch] */
  readonly q: Float64Array;
  /** [layers + 1 + values, batch] */
  readonly d: Float64Array;
  /** [layers, batch] */
  readonly g: Float64Array;
  /** [layers]; empty when not measured. */
  readonly w: Float64Array;
}

/** Row `row` of a [rows, batch] array. */
export function rowOf(data: Float64Array, batch: number, row: number): Float64Array {
  return data.subarray(row * batch, (row + 1) * batch);
}

function mean(values: ArrayLike<number>): number {
  return meanWithError(values).value;
}

/** Mean over pairs of 1 - cosine: sum_i d_i / (batch - 1). */
export function pairMean(d: Float64Array): number {
  return d.length < 2 ? 0 : (mean(d) * d.length) / (d.length - 1);
}

/** Mean over inputs with its error. */
export function overInputs(values: Float64Array): Estimate {
  return { ...meanWithError(values), method: `mean over ${values.length} inputs` };
}

/** Mean of 1 - cosine over all pairs of inputs with its error. */
export function oneMinusCosineOverInputs(d: Float64Array): Estimate {
  const n = d.length;
  const { stderr } = meanWithError(d);
  // the row mean of pair distances is (d_i + mean d) / 2 up to n / (n - 1); the projection counts twice
  return {
    value: pairMean(d),
    stderr: stderr === null || n < 2 ? null : (stderr * n) / (n - 1),
    n,
    method: `mean over ${(n * (n - 1)) / 2} pairs of ${n} inputs`,
  };
}

/** Ratio of two means over the same inputs with its linearised error. */
export function ratioOverInputs(numerator: Float64Array, denominator: Float64Array): Estimate {
  const below = mean(denominator);
  const value = mean(numerator) / below;
  const residual = Float64Array.from(numerator, (x, i) => (x - value * (denominator[i] as number)) / below);
  const { stderr, n } = meanWithError(residual);
  return { value, stderr, n, method: `ratio of means over ${n} inputs` };
}

/** Mean over seeds of a number per seed. */
export function overSeeds(values: readonly number[]): Estimate {
  return { ...meanWithError(values), method: `mean over ${values.length} seeds` };
}

/** 1 - x with the same error. */
export function complement({ value, ...rest }: Estimate): Estimate {
  return { value: 1 - value, ...rest };
}

/** Mean of one row. */
export function rowMean(data: Float64Array, batch: number, row: number): number {
  return mean(rowOf(data, batch, row));
}

/** Standard deviation over seeds; null for fewer than two. */
export function spreadOverSeeds(values: readonly number[]): number | null {
  const { stderr } = meanWithError(values);
  return stderr === null ? null : stderr * Math.sqrt(values.length);
}

/** q and c of the inputs, with errors over inputs. */
export function inputStatistics({ q, d, batch }: RawProbes): InputStatistics {
  return {
    count: batch,
    q: overInputs(rowOf(q, batch, 0)),
    c: complement(oneMinusCosineOverInputs(rowOf(d, batch, 0))),
  };
}

/** Further values of one network, with errors over inputs. */
export function valuesOverInputs(
  names: readonly string[],
  layers: number,
  { q, d, batch }: RawProbes,
): ReadonlyMap<string, ValueStatistics> {
  return new Map(
    names.map((name, k) => {
      const row = layers + 1 + k;
      return [
        name,
        {
          q: overInputs(rowOf(q, batch, row)),
          c: complement(oneMinusCosineOverInputs(rowOf(d, batch, row))),
        },
      ];
    }),
  );
}

/** Further values of a specification, with errors over seeds. */
export function valuesOverSeeds(
  names: readonly string[],
  layers: number,
  runs: readonly RawProbes[],
): ReadonlyMap<string, ValueStatistics> {
  return new Map(
    names.map((name, k) => {
      const row = layers + 1 + k;
      const oneMinusC = overSeeds(runs.map(({ d, batch }) => pairMean(rowOf(d, batch, row))));
      return [
        name,
        { q: overSeeds(runs.map(({ q, batch }) => rowMean(q, batch, row))), c: complement(oneMinusC) },
      ];
    }),
  );
}
