/**
 * NNGP and NTK of networks of convolutions, pools and residual blocks, one image against a block of others at a time
 * (Novak et al. 2019, arXiv:1810.05148; Arora et al. 2019, arXiv:1904.11955).
 */
import { ConvergenceError, ShapeError, UnsupportedOpError } from "../../base/index.ts";
import type {
  Kernels,
  PositionLayer,
  PositionSession,
  PositionState,
  WideKernels,
} from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import {
  denseMemory,
  type KernelMatrix,
  type KernelOptions,
  type KernelResult,
  solveKernels,
} from "./dense.ts";
import { dualOf } from "./dual.ts";
import {
  checkMemory,
  DEFAULT_KERNEL_BYTES,
  type KernelMemory,
  type KernelRequest,
  resultBytes,
} from "./memory.ts";
import { compileNetwork, type WideNetwork, type WideProgram, type WideStep } from "./network.ts";
import { type Average, averageOf, columnFactorsOf, factorsOf, tableOf } from "./plan.ts";
import type { DenseKernelSpec, LayerVariances } from "./types.ts";

/** Bytes that the states of one block may take. */
const BLOCK_BYTES = 2 ** 28;
/** Images of a block on the right at most: more do not run faster. */
const BLOCK_IMAGES = 512;
/** States alive at once: one and its successor, and one more for each level of residual blocks; K and Theta each. */
const LIVE = 4;

/**
 * NNGP and NTK matrices of a network of convolutions, pools, dense layers and residual blocks in the limit of infinitely many
 * channels, in the NTK parametrisation.
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
  const rows = variancesOf(program, inputs, kernels);
  const columns = others === null ? rows : variancesOf(program, target, kernels);
  const averages = program.activations.map(({ activation }, l) => {
    const [first, second] = [rows[l] as Float64Array, columns[l] as Float64Array];
    const average = averageOf(activation, dualOf(activation), first, second, true);
    if (average !== null) return average;
    throw noAverage(activation.name, "whose variances reach 0 or whose kinks lie elsewhere than at 0");
  });
  const count = inputs.rows * target.rows;
  const allocate = (): Float64Array | Float32Array =>
    precision === "float32" ? new Float32Array(count) : new Float64Array(count);
  const results = [nngp ? allocate() : null, ntk ? allocate() : null] as const;
  const width = blockOf(program, target.rows);
  const total = inputs.rows * Math.ceil(target.rows / width);
  let done = 0;
  for (let from = 0; from < target.rows; from += width) {
    const to = Math.min(from + width, target.rows);
    const layers = averages.map((average, l) =>
      columnsOf(program, average, columns[l] as Float64Array, l, from, to),
    );
    for (let i = 0; i < (others === null ? to : inputs.rows); i++) {
      options.signal?.throwIfAborted();
      const first = others === null ? Math.max(from, i) : from;
      const values = kernels.wide.positions(program.isAll, to - from, (session) => {
        const own = averages.map((average, l): PositionLayer => {
          const { positions } = program.activations[l] as { positions: number };
          const variances = (rows[l] as Float64Array).subarray(i * positions, (i + 1) * positions);
          return {
            kind: average.kind,
            parameters: average.parameters,
            rows: factorsOf(average, variances),
            columns: layers[l] as readonly Float64Array[],
            table: average.table === null ? null : tableOf(average.table, variances),
          };
        });
        const start = overlaps(program, session, inputs, i, target, from, to);
        const end = follow(session, start, program.steps, (index) => own[index] as PositionLayer);
        return [session.view(end).slice(), session.viewTheta(end).slice()] as const;
      });
      results.forEach((out, which) => {
        if (out === null) return;
        for (let j = first; j < to; j++) {
          const value = (values[which] as Float64Array)[j - from] as number;
          out[i * target.rows + j] = value;
          if (others === null) out[j * target.rows + i] = value;
        }
      });
      done++;
      if (done % 16 === 0) {
        options.onProgress?.({ stage: "kernel", done, total });
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
  }
  const shaped = (data: Float64Array | Float32Array | null): KernelMatrix | null =>
    data === null ? null : { rows: inputs.rows, cols: target.rows, data };
  const methods = [
    ...new Set(averages.map(({ method }, l) => `${program.activations[l]?.activation.name}: ${method}`)),
  ];
  return { nngp: shaped(results[0]), ntk: shaped(results[1]), methods, memory };
}

/**
 * Memory of a job on n and m images, before it runs: the matrices, and the covariances of one image with a block of others; for
 * dense networks as `denseMemory`, with `kernels.wide` of `loadKernels`.
 */
export function networkMemory(
  network: WideNetwork,
  rows: number,
  columns: number,
  request: KernelRequest = {},
  wide: WideKernels | null = null,
): KernelMemory {
  const program = compileNetwork(network);
  const dense = denseSpecOf(network);
  if (dense !== null) {
    return denseMemory(dense, rows, columns, network.input[0] as number, request, wide);
  }
  const results = resultBytes(rows, columns, request);
  const own = program.activations.reduce((sum, { positions }) => sum + positions, 0) * 8 * (rows + columns);
  const working = own + stateBytes(program) * blockOf(program, columns);
  return { results, working, total: results + working };
}

/** Bytes of the live states for one image on the right. */
function stateBytes({ isAll, widest, nesting }: WideProgram): number {
  return 8 * (LIVE + 2 * nesting) * (isAll ? widest * widest : widest);
}

function blockOf(program: WideProgram, images: number): number {
  return Math.max(1, Math.min(images, BLOCK_IMAGES, Math.floor(BLOCK_BYTES / stateBytes(program))));
}

/** The dense network that a list of layers is, or null. */
function denseSpecOf({ input, layers }: WideNetwork): DenseKernelSpec | null {
  if (input.length !== 1) return null;
  const weights: LayerVariances[] = [];
  const activations = [];
  for (const [at, layer] of layers.entries()) {
    if (at % 2 === 0 && layer.type === "dense") weights.push(layer);
    else if (at % 2 === 1 && layer.type === "activation") activations.push(layer.activation);
    else return null;
  }
  return weights.length === activations.length + 1 ? { activations, layers: weights } : null;
}

function checkImages({ channels, positions }: WideProgram, { rows, cols, data }: Matrix): void {
  if (cols !== channels * positions || rows < 1 || data.length !== rows * cols) {
    throw new ShapeError(
      `kernel: received ${data.length} numbers for inputs of shape [${rows}, ${cols}], expected [n, ${channels * positions}] with at least one input`,
    );
  }
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new ConvergenceError(
      `kernel: received ${data[at]} at input ${Math.floor(at / cols)}, expected finite numbers`,
      { hint: "remove or replace missing values first" },
    );
  }
}

function noAverage(name: string, where: string): UnsupportedOpError {
  return new UnsupportedOpError(
    `kernel: received the activation ${name} ${where}, for which there is no fast average`,
    { hint: "use relu, leaky-relu, abs(x), erf, gelu, sin, or a smooth activation on inputs that are not 0" },
  );
}

/** A state of inner products over channels: image i against images from .. to. */
function overlaps(
  { channels, positions, isAll }: WideProgram,
  session: PositionSession,
  inputs: Matrix,
  i: number,
  others: Matrix,
  from: number,
  to: number,
): PositionState {
  const n = to - from;
  return session.create(positions, (out) => {
    const x = inputs.data;
    const y = others.data;
    for (let p = 0; p < positions; p++) {
      for (let q = isAll ? 0 : p; q < (isAll ? positions : p + 1); q++) {
        const at = (isAll ? p * positions + q : p) * n;
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let c = 0; c < channels; c++) {
            sum +=
              (x[i * inputs.cols + c * positions + p] as number) *
              (y[(from + j) * inputs.cols + c * positions + q] as number);
          }
          out[at + j] = sum / channels;
        }
      }
    }
  });
}

/** Follows a state through the steps; `layerAt` knows the factors of an activation, given the state before it. */
function follow(
  session: PositionSession,
  state: PositionState,
  steps: readonly WideStep[],
  layerAt: (index: number, state: PositionState) => PositionLayer,
): PositionState {
  let current = state;
  for (const step of steps) {
    if (step.kind === "sum") current = session.sum(current, step.sum);
    else if (step.kind === "activate") session.activate(current, layerAt(step.index, current));
    else {
      const skip = follow(session, session.copy(current), step.skip, layerAt);
      current = follow(session, current, step.branch, layerAt);
      session.add(current, skip);
    }
  }
  return current;
}

/** K(x, x)[p, p] in front of every activation, [image, position]: from the image against itself. */
function variancesOf(program: WideProgram, inputs: Matrix, kernels: Kernels): Float64Array[] {
  const out = program.activations.map(({ positions }) => new Float64Array(inputs.rows * positions));
  if (!program.poolsInside) {
    for (let i = 0; i < inputs.rows; i++) followDiagonal(program, inputs, i, out);
    return out;
  }
  const duals = program.activations.map(({ activation }) => dualOf(activation));
  for (let i = 0; i < inputs.rows; i++) {
    kernels.wide.positions(true, 1, (session) => {
      const start = overlaps(program, session, inputs, i, inputs, i, i + 1);
      follow(session, start, program.steps, (index, state) => {
        const { activation, positions } = program.activations[index] as WideProgram["activations"][number];
        const k = session.view(state);
        const own = Float64Array.from({ length: positions }, (_, p) => k[p * (positions + 1)] as number);
        out[index]?.set(own, i * positions);
        const average = averageOf(activation, duals[index] as (typeof duals)[number], own, own, false);
        if (average === null)
          throw noAverage(activation.name, "in a network with a pool before an activation");
        const factors = factorsOf(average, own);
        return { ...average, rows: factors, columns: factors, table: null };
      });
    });
  }
  return out;
}

/** The same without pools: only equal positions matter, and the averages are those of one variable. */
function followDiagonal(program: WideProgram, inputs: Matrix, i: number, out: readonly Float64Array[]): void {
  const { channels, positions } = program;
  const start = Float64Array.from({ length: positions }, (_, p) => {
    let sum = 0;
    for (let c = 0; c < channels; c++)
      sum += (inputs.data[i * inputs.cols + c * positions + p] as number) ** 2;
    return sum / channels;
  });
  const walk = (state: Float64Array, steps: readonly WideStep[]): Float64Array => {
    let q = state;
    for (const step of steps) {
      if (step.kind === "activate") {
        out[step.index]?.set(q, i * q.length);
        const dual = dualOf(step.activation);
        q = q.map((variance) => dual.diagonal(variance).value);
      } else if (step.kind === "residual") {
        const skip = walk(q, step.skip);
        q = walk(q, step.branch).map((value, p) => value + (skip[p] as number));
      } else {
        const { mode, outs, taps, table, scale, shift } = step.sum;
        // behind the last activation a pool needs other positions, and nobody needs the variance
        if (mode === "free") return new Float64Array(outs);
        const before = q;
        q = Float64Array.from({ length: outs }, (_, p) => {
          let sum = 0;
          for (let t = 0; t < taps; t++) {
            const at = table[p * taps + t] as number;
            if (at >= 0) sum += before[at] as number;
          }
          return shift + scale * sum;
        });
      }
    }
    return q;
  };
  walk(start, program.steps);
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
