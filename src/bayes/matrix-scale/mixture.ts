/**
 * The posterior of a matrix of order parameters without a saddle point: Q = M M^T / (N_1 .. N_L) with M the product of the
 * triangular factors of L Wishart matrices (Bartlett 1933), reweighted by the evidence of the data and sampled by Hamiltonian
 * Monte Carlo. Exact at every width for linear units: one factor for each hidden layer (Zavatone-Veth and Pehlevan 2021).
 */
import { type Estimate, SpecError, type WorkOptions } from "../../base/index.ts";
import {
  type Matrix,
  multiplyMatrices,
  type RandomStream,
  transposeMatrix,
  zeros,
} from "../../numerics/index.ts";
import { eventOfChain } from "../sampling/chain.ts";
import { type ChainEstimate, estimateFromChains, runAsyncChain } from "../sampling/index.ts";
import type { MatrixProblem, OutputPrediction } from "./problem.ts";
import { squareOf } from "./saddle.ts";

/** How to sample. */
export interface MixtureOptions extends WorkOptions {
  readonly stream: RandomStream;
  /** Default 2. */
  readonly chains?: number;
  /** States kept of each chain. Default 500. */
  readonly samples?: number;
  /** Default 300. */
  readonly burnIn?: number;
}

/** Averages over the posterior of Q. */
export interface MixtureResult {
  /** E Q, entry by entry, row by row. */
  readonly scale: readonly ChainEstimate[];
  /** Mean over draws of Q: the errors of a sample of the posterior. */
  readonly error: ChainEstimate;
  /** Averages over draws; the variance holds that of the mean over Q. */
  readonly prediction: OutputPrediction;
  /** Largest R-hat of the entries of Q and of the error. */
  readonly rHat: number;
}

/** Evaluations between two turns of the event loop: a few milliseconds. */
const EVALUATIONS = 32;

/**
 * Samples Q for hidden layers of the given widths.
 *
 * Gives way to the event loop, so that a signal can fire.
 *
 * @throws SpecError when a layer is narrower than Q (its Wishart matrix is then singular) or for options out of range.
 * @source Bartlett 1933; Zavatone-Veth and Pehlevan 2021.
 */
export async function sampleMatrixScales(
  problem: MatrixProblem,
  widths: readonly number[],
  { stream, chains = 2, samples = 500, burnIn = 300, signal, onProgress }: MixtureOptions,
): Promise<MixtureResult> {
  const { size } = problem;
  if (widths.length === 0 || widths.some((width) => !(width >= size))) {
    throw new SpecError(
      `matrix mixture: received hidden layers of [${widths.join(", ")}] units for ${size} outputs or patches, expected no fewer units than those`,
      { hint: "take wider layers, or fewer outputs" },
    );
  }
  const prior = bartlettPrior(widths, size);
  const slope = new Float64Array(size * size);
  let evaluations = 0;
  const evaluate = async (x: Float64Array, gradient: Float64Array): Promise<number> => {
    if (++evaluations % EVALUATIONS === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    const { factors, energy } = prior(x, gradient);
    const q = scaleOf(productOf(factors), widths);
    // a first step that is too long may overflow: the sampler rejects it
    if (!q.data.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
    const data = problem.energy(q, slope);
    if (data === Number.POSITIVE_INFINITY) return data;
    addChain(factors, slope, widths, x, gradient);
    return energy + 0.5 * data;
  };
  const dimension = (widths.length * size * (size + 1)) / 2;
  const entries: Float64Array[][] = Array.from({ length: size * size }, () => []);
  const errors: Float64Array[] = [];
  const predictions: OutputPrediction[] = [];
  for (let c = 0; c < chains; c++) {
    const own = stream.fork(c);
    const start = new Float64Array(dimension);
    own.fillNormal(start, 0.5);
    const error = new Float64Array(samples);
    for (const entry of entries) entry.push(new Float64Array(samples));
    let kept = 0;
    await runAsyncChain(
      { dimension, evaluate },
      start,
      {
        stream: own,
        samples,
        burnIn,
        ...(signal === undefined ? {} : { signal }),
        onProgress: (event) => onProgress?.(eventOfChain(event, c, chains)),
      },
      async (state) => {
        const q = scaleOf(productOf(factorsOf(state, widths, size)), widths);
        const one = problem.predict(q);
        entries.forEach((entry, at) => {
          (entry[c] as Float64Array)[kept] = q.data[at] as number;
        });
        predictions.push(one);
        error[kept++] = one.error;
      },
    );
    errors.push(error);
  }
  const method = `Hamiltonian Monte Carlo over Q, ${chains} chains of ${samples}`;
  const scale = entries.map((entry) => estimateFromChains(entry, method));
  const error = estimateFromChains(errors, method);
  return {
    scale,
    error,
    prediction: averagePredictions(predictions, error),
    rHat: Math.max(error.rHat, ...scale.map(({ rHat }) => rHat)),
  };
}

/** Triangular factors from coordinates of unit scale: log of the diagonal around its mode, the rest as it is. */
function factorsOf(x: Float64Array, widths: readonly number[], size: number): Matrix[] {
  let at = 0;
  return widths.map((width) => {
    const factor = zeros(size, size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++, at++) {
        const value = x[at] as number;
        factor.data[i * size + j] =
          i === j ? Math.sqrt(width) * Math.exp(value / Math.sqrt(2 * width)) : value;
      }
    }
    return factor;
  });
}

/** -log density of the factors in their coordinates: chi of N - i degrees of freedom on the diagonal, normals below. */
function bartlettPrior(
  widths: readonly number[],
  size: number,
): (x: Float64Array, gradient: Float64Array) => { factors: Matrix[]; energy: number } {
  return (x, gradient) => {
    const factors = factorsOf(x, widths, size);
    let energy = 0;
    let at = 0;
    factors.forEach((factor, l) => {
      const width = widths[l] as number;
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++, at++) {
          const entry = factor.data[i * size + j] as number;
          energy += 0.5 * entry * entry;
          if (i === j) energy -= (width - i) * Math.log(entry);
          gradient[at] = i === j ? (entry * entry - (width - i)) / Math.sqrt(2 * width) : entry;
        }
      }
    });
    return { factors, energy };
  };
}

function productOf(factors: readonly Matrix[]): Matrix {
  return factors.reduce((left, right) => multiplyMatrices(left, right));
}

function scaleOf(product: Matrix, widths: readonly number[]): Matrix {
  const q = squareOf(product);
  const total = widths.reduce((a, b) => a * b, 1);
  for (let at = 0; at < q.data.length; at++) q.data[at] = (q.data[at] as number) / total;
  return q;
}

/** Adds the slope of E / 2: dE = 2 G M dM / (N_1 .. N_L), and M is a product. */
function addChain(
  factors: readonly Matrix[],
  slope: Float64Array,
  widths: readonly number[],
  x: Float64Array,
  gradient: Float64Array,
): void {
  const size = (factors[0] as Matrix).rows;
  const total = widths.reduce((a, b) => a * b, 1);
  const symmetric = { rows: size, cols: size, data: slope };
  let at = 0;
  factors.forEach((factor, l) => {
    const width = widths[l] as number;
    const left = factors.slice(0, l);
    const right = factors.slice(l + 1);
    // (left)^T G M (right)^T
    let along = multiplyMatrices(symmetric, productOf(factors));
    if (left.length > 0) along = multiplyMatrices(transposeMatrix(productOf(left)), along);
    if (right.length > 0) along = multiplyMatrices(along, transposeMatrix(productOf(right)));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++, at++) {
        const entry = (along.data[i * size + j] as number) / total;
        const chain = i === j ? (factor.data[i * size + j] as number) / Math.sqrt(2 * width) : 1;
        gradient[at] = (gradient[at] as number) + entry * chain;
      }
    }
  });
  if (at !== x.length) throw new Error("internal: coordinates of the factors do not fit");
}

/** Mean of the means; variance within and between; bias of the averaged mean. */
function averagePredictions(predictions: readonly OutputPrediction[], error: Estimate): OutputPrediction {
  const [first] = predictions as [OutputPrediction];
  const { rows, cols } = first.mean;
  const mean = zeros(rows, cols);
  const second = zeros(rows, cols);
  const share = 1 / predictions.length;
  let trainError = 0;
  let bias = 0;
  for (const one of predictions) {
    trainError += share * one.trainError;
    for (let at = 0; at < mean.data.length; at++) {
      const value = one.mean.data[at] as number;
      mean.data[at] = (mean.data[at] as number) + share * value;
      second.data[at] =
        (second.data[at] as number) + share * (value * value + (one.variance.data[at] as number));
    }
  }
  const variance = zeros(rows, cols);
  let spread = 0;
  for (let at = 0; at < mean.data.length; at++) {
    variance.data[at] = Math.max(0, (second.data[at] as number) - (mean.data[at] as number) ** 2);
    spread += (variance.data[at] as number) / rows;
  }
  bias = error.value - spread;
  return { mean, variance, bias, spread, error: error.value, trainError };
}
