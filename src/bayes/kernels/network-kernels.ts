/**
 * NNGP and NTK of networks of convolutions, pools and residual blocks, one image against a block of others at a time
 * (Novak et al. 2019, arXiv:1810.05148; Arora et al. 2019, arXiv:1904.11955).
 */
import { ShapeError, type WorkOptions } from "../../base/index.ts";
import type { Kernels, PositionLayer } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { solveKernels } from "./dense.ts";
import { dualOf } from "./dual.ts";
import { checkFinite } from "./inputs.ts";
import { checkMemory, DEFAULT_KERNEL_BYTES } from "./memory.ts";
import { compileNetwork, type WideProgram } from "./network.ts";
import type { WideNetwork } from "./network-layers.ts";
import { blockOf, denseSpecOf, networkMemory } from "./network-memory.ts";
import { type Average, averageOf, columnFactorsOf, factorsOf, tableOf } from "./plan.ts";
import type { KernelMatrix, KernelOptions, KernelResult } from "./results.ts";
import { follow, noAverage, overlaps, variancesOf } from "./walk.ts";

/** Rows between two turns of the event loop. */
const TURN = 16;

/**
 * NNGP and NTK matrices of a network of convolutions, pools, dense layers and residual blocks in the limit of infinitely many
 * channels; the NTK in the parametrisation that the network names.
 *
 * @param network - layers in order; a network of dense layers and activations alone takes the faster way of `solveKernels`.
 * @param inputs - X, [n, channels height width], channels first.
 * @param others - Y, [m, the same]; null: Y = X, half of the symmetric matrices is worked out.
 * @param kernels - from `loadKernels`; its threads share the work.
 * @returns float64 (or float32) matrices. Without pools a pair costs positions x layers averages of 5 ns; with a pool anywhere
 * all pairs of positions are followed and a pair costs positions^2 x layers of them, 28 x 28 images about 5 ms a layer.
 * @throws ShapeError or SpecError naming the layer that does not fit, UnsupportedOpError for an activation behind a pool without a
 * closed form, BudgetError above `maxBytes`.
 * @source Novak et al. 2019, section 2; Arora et al. 2019, section 4; tested against neural-tangents.
 * @example
 * ```ts
 * import { solveNetworkKernels } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 *
 * const variances = { weightVariance: 2, biasVariance: 0 };
 * const network = {
 *   input: [1, 2, 2],
 *   layers: [
 *     { type: "convolution", kernel: 3, padding: "circular", ...variances },
 *     { type: "activation", activation: resolveActivation("relu") },
 *     { type: "global-average-pool" },
 *     { type: "dense", ...variances },
 *   ],
 * };
 * const image = { rows: 1, cols: 4, data: Float64Array.of(1, 1, 1, 1) };
 * const { nngp } = await solveNetworkKernels(network, image, null, await loadKernels());
 * nngp.data[0]; // => 2
 * ```
 */
export async function solveNetworkKernels(
  network: WideNetwork,
  inputs: Matrix,
  others: Matrix | null,
  kernels: Kernels,
  options: KernelOptions = {},
): Promise<KernelResult> {
  const dense = denseSpecOf(network);
  const program = compileNetwork(network);
  checkImages(program, inputs);
  if (others !== null) checkImages(program, others);
  if (dense !== null) return solveKernels(dense, inputs, others, kernels, options);
  const target = others ?? inputs;
  const { nngp = true, ntk = true, precision = "float64", maxBytes = DEFAULT_KERNEL_BYTES } = options;
  const memory = networkMemory(network, inputs.rows, target.rows, options);
  checkMemory(memory, maxBytes, `kernels of ${inputs.rows} x ${target.rows} pairs of images`);
  const count = inputs.rows * target.rows;
  const allocate = (): Float64Array | Float32Array =>
    precision === "float32" ? new Float32Array(count) : new Float64Array(count);
  const results = [nngp ? allocate() : null, ntk ? allocate() : null] as const;
  const methods = await fill({ program, inputs, others, kernels, results }, options);
  const shaped = (data: Float64Array | Float32Array | null): KernelMatrix | null =>
    data === null ? null : { rows: inputs.rows, cols: target.rows, data };
  return { nngp: shaped(results[0]), ntk: shaped(results[1]), methods, memory };
}

interface Job {
  readonly program: WideProgram;
  readonly inputs: Matrix;
  readonly others: Matrix | null;
  readonly kernels: Kernels;
  /** K and Theta; null: not wanted. */
  readonly results: readonly (Float64Array | Float32Array | null)[];
}

/** Fills the results block by block of the columns, image by image of the rows; returns how averages were found. */
async function fill(job: Job, { signal, onProgress }: WorkOptions): Promise<string[]> {
  const { program, inputs, others, kernels } = job;
  const target = others ?? inputs;
  const rows = variancesOf(program, inputs, kernels);
  const columns = others === null ? rows : variancesOf(program, target, kernels);
  const averages = program.activations.map(({ activation }, l) => {
    const [first, second] = [rows[l] as Float64Array, columns[l] as Float64Array];
    const average = averageOf(activation, dualOf(activation), first, second, true);
    if (average !== null) return average;
    throw noAverage(activation.name, "whose variances reach 0 or whose kinks lie elsewhere than at 0");
  });
  const width = blockOf(program, target.rows);
  const total = inputs.rows * Math.ceil(target.rows / width);
  let done = 0;
  for (let from = 0; from < target.rows; from += width) {
    const to = Math.min(from + width, target.rows);
    const factors = averages.map((average, l) =>
      columnsOf(program, average, columns[l] as Float64Array, l, from, to),
    );
    for (let i = 0; i < (others === null ? to : inputs.rows); i++) {
      signal?.throwIfAborted();
      const layerAt = layersOfRow(program, averages, rows, factors, i);
      const values = kernels.wide.positions(program.isAll, to - from, (session) => {
        const start = overlaps(program, session, inputs, i, target, from, to);
        const end = follow(session, start, program.steps, layerAt);
        return [session.view(end).slice(), session.viewTheta(end).slice()] as const;
      });
      store(job, values, i, from, to);
      done++;
      if (done % TURN === 0) {
        onProgress?.({ stage: "kernel", done, total });
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
  }
  return [
    ...new Set(averages.map(({ method }, l) => `${program.activations[l]?.activation.name}: ${method}`)),
  ];
}

/** The activations of one image of the rows against a block of columns. */
function layersOfRow(
  program: WideProgram,
  averages: readonly Average[],
  rows: readonly Float64Array[],
  factors: readonly (readonly Float64Array[])[],
  i: number,
): (index: number) => PositionLayer {
  const layers = averages.map((average, l): PositionLayer => {
    const { positions } = program.activations[l] as { positions: number };
    const variances = (rows[l] as Float64Array).subarray(i * positions, (i + 1) * positions);
    return {
      kind: average.kind,
      parameters: average.parameters,
      rows: factorsOf(average, variances),
      columns: factors[l] as readonly Float64Array[],
      table: average.table === null ? null : tableOf(average.table, variances),
    };
  });
  return (index) => layers[index] as PositionLayer;
}

/** Writes a row of a block, and its mirror image where the matrix is symmetric. */
function store(
  { inputs, others, results }: Job,
  values: readonly Float64Array[],
  i: number,
  from: number,
  to: number,
): void {
  const width = (others ?? inputs).rows;
  results.forEach((out, which) => {
    if (out === null) return;
    for (let j = others === null ? Math.max(from, i) : from; j < to; j++) {
      const value = (values[which] as Float64Array)[j - from] as number;
      out[i * width + j] = value;
      if (others === null) out[j * width + i] = value;
    }
  });
}

function checkImages({ channels, positions }: WideProgram, images: Matrix): void {
  const { rows, cols, data } = images;
  if (cols !== channels * positions || rows < 1 || data.length !== rows * cols) {
    throw new ShapeError(
      `kernel: received ${data.length} numbers for inputs of shape [${rows}, ${cols}], expected [n, ${channels * positions}] with at least one input`,
    );
  }
  checkFinite(images);
}

/** Factors of a block of images, [position, image] each. */
function columnsOf(
  program: WideProgram,
  average: Average,
  variances: Float64Array,
  layer: number,
  from: number,
  to: number,
): Float64Array[] {
  const { positions } = program.activations[layer] as { positions: number };
  const n = to - from;
  const block = new Float64Array(positions * n);
  for (let j = 0; j < n; j++) {
    for (let p = 0; p < positions; p++) block[p * n + j] = variances[(from + j) * positions + p] as number;
  }
  return columnFactorsOf(average, block);
}
