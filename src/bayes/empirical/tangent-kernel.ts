/**
 * The empirical neural tangent kernel Theta(x, x') = J(x) J(x')^T of any engine graph, imported files included (Jacot et al. 2018;
 * Novak et al. 2022 for its cost). Gradients are measured row by row, kept in blocks, and contracted in float64.
 */
import { InterruptedError, type WorkOptions } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, zeros } from "../../numerics/index.ts";
import {
  checkExamples,
  type Examples,
  type GradientRows,
  openGradientRows,
  sizesOf,
} from "./gradient-rows.ts";
import type { TangentModel } from "./model.ts";
import { COLUMNS, planTangentKernel, type TangentForm, type TangentPlan } from "./plan.ts";

/** Options of an empirical kernel. */
export interface TangentOptions extends WorkOptions {
  /** Default "trace". */
  readonly form?: TangentForm;
  /** The other examples; default: the same, and a symmetric kernel. */
  readonly others?: Examples;
  /** Bytes that may be taken. Default 2^30. */
  readonly memory?: number;
  /** Threads inside one operator. Default 1. */
  readonly threads?: number;
}

/** A measured kernel and what it took. */
export interface MeasuredTangentKernel {
  /** [n, m], or [n K, m K] for the full form: row i K + k is output k of example i. */
  readonly kernel: Matrix;
  readonly plan: TangentPlan;
}

/**
 * Measures the tangent kernel of a model on examples: one backward pass for each output of each example, more when the gradients do
 * not fit the memory (see `planTangentKernel`).
 *
 * @returns entries to 1e-6 relative for float32 graphs: gradients carry the rounding of the graph's type, sums do not.
 * @throws BudgetError before anything runs when the memory does not suffice; ShapeError for examples that do not fit the graph;
 * UnsupportedOpError naming a node without a derivative; InterruptedError when the signal fires.
 * @source Jacot, Gabriel and Hongler 2018 (arXiv:1806.07572); Novak, Sohl-Dickstein and Schoenholz 2022
 * (arXiv:2206.08720).
 * @example
 * ```ts
 * import { tangentModelOf } from "isinglass/bayes";
 * import { fromOnnx } from "isinglass/engine";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx", { batch: 1 });
 * const examples = { count: 2, data: new Float32Array(2 * 784).fill(0.5) };
 * const { kernel } = await measureTangentKernel(tangentModelOf(graph), examples, await loadKernels());
 * Math.abs(kernel.data[0] / kernel.data[1] - 1) < 1e-12; // => true
 * ```
 */
export async function measureTangentKernel(
  model: TangentModel,
  examples: Examples,
  algebra: LinearAlgebra,
  options: TangentOptions = {},
): Promise<MeasuredTangentKernel> {
  const { form = "trace", others, memory = 2 ** 30, threads = 1 } = options;
  const sizes = sizesOf(model);
  checkExamples(sizes, examples);
  if (others !== undefined) checkExamples(sizes, others);
  const plan = planTangentKernel(model, examples.count, others?.count ?? null, { form, memory });
  const perExample = form === "full" ? sizes.outputs : 1;
  const kernel = zeros(examples.count * perExample, (others ?? examples).count * perExample);
  const gradients = await openGradientRows(model, { threads });
  const isDouble = sizes.dtype === "float64";
  try {
    const chosen = form === "trace" ? Array.from({ length: sizes.outputs }, (_, k) => k) : [form];
    let done = 0;
    const load = async (from: Examples, first: number, count: number, k: TangentForm): Promise<Block> => {
      const block = new Block(count, sizes.parameters, isDouble);
      for (let r = 0; r < count; r++) {
        if (options.signal?.aborted === true) throw new InterruptedError("tangent kernel: interrupted");
        await writeRow(gradients, from, first + r, k, sizes.outputs, block.row(r));
        options.onProgress?.({ stage: "gradients", done: ++done, total: plan.passes });
      }
      return block;
    };
    for (const k of chosen)
      await addKernel(kernel, { examples, others, block: plan.block }, k, load, algebra);
    if (form === "trace")
      for (let i = 0; i < kernel.data.length; i++)
        kernel.data[i] = (kernel.data[i] as number) / sizes.outputs;
  } finally {
    await gradients.release();
  }
  return { kernel, plan };
}

/** Gradients of consecutive rows, in the type of the graph. */
class Block {
  readonly count: number;
  readonly #parameters: number;
  readonly #data: Float32Array | Float64Array;

  constructor(count: number, parameters: number, isDouble: boolean) {
    this.count = count;
    this.#parameters = parameters;
    this.#data = isDouble ? new Float64Array(count * parameters) : new Float32Array(count * parameters);
  }

  row(r: number): Float32Array | Float64Array {
    return this.#data.subarray(r * this.#parameters, (r + 1) * this.#parameters);
  }

  /** Columns first to first + cols in float64. */
  columns(first: number): Matrix {
    const cols = Math.min(COLUMNS, this.#parameters - first);
    const data = new Float64Array(this.count * cols);
    for (let r = 0; r < this.count; r++) data.set(this.row(r).subarray(first, first + cols), r * cols);
    return { rows: this.count, cols, data };
  }

  get parameters(): number {
    return this.#parameters;
  }
}

function writeRow(
  gradients: GradientRows,
  from: Examples,
  row: number,
  k: TangentForm,
  outputs: number,
  target: Float32Array | Float64Array,
): Promise<void> {
  return typeof k === "number"
    ? gradients.write(from, row, k, target)
    : gradients.write(from, Math.floor(row / outputs), row % outputs, target);
}

interface Sides {
  readonly examples: Examples;
  readonly others: Examples | undefined;
  readonly block: number;
}

/** Adds J J'^T block by block. */
async function addKernel(
  kernel: Matrix,
  { examples, others, block }: Sides,
  k: TangentForm,
  load: (from: Examples, first: number, count: number, k: TangentForm) => Promise<Block>,
  algebra: LinearAlgebra,
): Promise<void> {
  const { rows, cols } = kernel;
  const kept = others !== undefined && block >= cols ? await load(others, 0, cols, k) : null;
  for (let i = 0; i < rows; i += block) {
    const left = await load(examples, i, Math.min(block, rows - i), k);
    if (others === undefined) addProduct(kernel, i, i, left, left, algebra);
    const end = others === undefined ? i : cols;
    for (let j = 0; j < end; j += block) {
      const right = kept ?? (await load(others ?? examples, j, Math.min(block, end - j), k));
      addProduct(kernel, i, j, left, right, algebra);
      if (others === undefined) mirror(kernel, i, j, left.count, right.count);
    }
  }
}

/** Adds left right^T at (i, j), summing over blocks of columns in float64. */
function addProduct(
  { cols, data }: Matrix,
  i: number,
  j: number,
  left: Block,
  right: Block,
  algebra: LinearAlgebra,
): void {
  for (let first = 0; first < left.parameters; first += COLUMNS) {
    const a = left.columns(first);
    const product =
      left === right ? algebra.gramOfRows(a) : algebra.multiplyTransposedRight(a, right.columns(first));
    for (let r = 0; r < left.count; r++)
      for (let c = 0; c < right.count; c++) {
        const at = (i + r) * cols + j + c;
        data[at] = (data[at] as number) + (product.data[r * right.count + c] as number);
      }
  }
}

/** Copies the block at (i, j) to (j, i). */
function mirror({ cols, data }: Matrix, i: number, j: number, rows: number, columns: number): void {
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) data[(j + c) * cols + i + r] = data[(i + r) * cols + j + c] as number;
}
