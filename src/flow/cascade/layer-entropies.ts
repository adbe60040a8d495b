/** All entropies of one depth, with errors over the examples from a jackknife over blocks (Tukey 1958). */
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { densityMatrix, entropyOf, spectrumOfDensity } from "../spectra/index.ts";
import { hasDifferential, measureRelativeEntropies, normalizeExamples, pixelEntropy } from "./entropies.ts";

/** The batch at one depth. */
export interface LayerBatch {
  /** x_0, [count, width]. */
  readonly inputs: Float32Array;
  /** R_l, [count, width]. */
  readonly reconstructed: Float32Array;
  /** x_l, [count, ...]. */
  readonly activations: Float32Array;
  readonly count: number;
  readonly depth: number;
}

interface WithError {
  readonly value: number;
  readonly stderr: number;
}

/** Entropies of one depth. */
export interface LayerEntropies {
  /** Relative entropy of every example and its reconstruction. */
  readonly relativeEach: Float64Array;
  readonly differential: WithError & { readonly constantPixels: number; readonly leftOutExamples: number };
  readonly gram: WithError & { readonly eigenvalues: Float64Array };
  readonly forward: WithError & { readonly eigenvalues: Float64Array };
}

/** Blocks that are left out one after the other. */
const BLOCKS = 10;

/** Measures one depth. */
export function measureLayer(layer: LayerBatch, kernels: LinearAlgebra): LayerEntropies {
  const { inputs, reconstructed, activations, count, depth } = layer;
  const where = `reconstruction from layer ${depth}`;
  return {
    relativeEach: measureRelativeEntropies(inputs, reconstructed, count),
    differential: differentialWithError(reconstructed, count),
    gram: gramWithError(reconstructed, count, depth === 0 ? "input" : where, kernels),
    forward: gramWithError(activations, count, depth === 0 ? "input" : `layer ${depth}`, kernels),
  };
}

/** Differential entropy of the examples that have a usable sum, and its error over them. */
function differentialWithError(values: Float32Array, count: number): LayerEntropies["differential"] {
  const { normalized, kept } = normalizeExamples(values, count);
  const leftOutExamples = count - kept.length;
  if (!hasDifferential(kept, count)) {
    return { value: Number.NaN, stderr: Number.NaN, constantPixels: 0, leftOutExamples };
  }
  const rowsOf = (places: Uint32Array): Uint32Array => places.map((place) => kept[place] as number);
  return {
    ...pixelEntropy(normalized, count, kept),
    stderr: blockError(kept.length, (places) => pixelEntropy(normalized, count, rowsOf(places)).value),
    leftOutExamples,
  };
}

/** Gram entropy divided by log n, its spectrum, and its error. */
function gramWithError(
  values: Float32Array,
  count: number,
  where: string,
  kernels: LinearAlgebra,
): WithError & { readonly eigenvalues: Float64Array } {
  const batch = { rows: count, cols: values.length / count, data: values };
  // a constant input is a mistake; a constant reconstruction means that everything is lost
  const constant = where === "input" ? "error" : "pure";
  const rho = densityMatrix(batch, { kernels, where, constant });
  const spectrum = spectrumOfDensity(rho, { kernels, features: batch.cols });
  const stderr = blockError(count, (rows) => entropyOf(spectrumOfDensity(principal(rho, rows), { kernels })));
  return { value: entropyOf(spectrum), stderr, eigenvalues: spectrum.eigenvalues };
}

/** Rows and columns of a density matrix that belong to some examples; its trace is put right later. */
function principal({ data, cols }: Matrix, rows: Uint32Array): Matrix {
  const n = rows.length;
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const start = (rows[i] as number) * cols;
    for (let j = 0; j < n; j++) out[i * n + j] = data[start + (rows[j] as number)] as number;
  }
  return { rows: n, cols: n, data: out };
}

/** Standard error of a function of the examples: every block is left out once. NaN below 4 examples. */
function blockError(count: number, measure: (rows: Uint32Array) => number): number {
  const blocks = Math.min(BLOCKS, count);
  if (count < 4) return Number.NaN;
  const values = Array.from({ length: blocks }, (_, block) => {
    const rows = Array.from({ length: count }, (__, row) => row).filter((row) => row % blocks !== block);
    return measure(Uint32Array.from(rows));
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / blocks;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(((blocks - 1) / blocks) * squares);
}
