/** What an empirical kernel will cost: bytes, backward passes and blocks, known before anything runs. */
import { BudgetError, SpecError } from "../../base/index.ts";
import { sizesOf } from "./gradient-rows.ts";
import type { TangentModel } from "./model.ts";

/**
 * Which kernel: "trace" is the mean over outputs of the kernel of each, [n, m]; a number is the kernel of that output alone; "full"
 * has a row for every output of every example, [n K, m K].
 */
export type TangentForm = "trace" | "full" | number;

/** How a kernel is worked out. */
export interface TangentPlan {
  readonly form: TangentForm;
  readonly parameters: number;
  /** K. */
  readonly outputs: number;
  /** Gradients held at once on either side. */
  readonly block: number;
  /** Backward passes; more than one for each gradient when blocks do not fit. */
  readonly passes: number;
  /** Peak bytes: kernel, gradients of two blocks, and their float64 columns. */
  readonly bytes: number;
}

/** Columns of the gradients that are turned into float64 at once. */
export const COLUMNS = 8192;

/**
 * Plans a kernel between `rows` and `columns` examples (the same ones for null).
 *
 * @throws BudgetError when even blocks of one gradient do not fit `memory`; SpecError for an output that does not exist.
 */
export function planTangentKernel(
  model: TangentModel,
  rows: number,
  columns: number | null,
  { form = "trace", memory = 2 ** 30 }: { readonly form?: TangentForm; readonly memory?: number } = {},
): TangentPlan {
  const { outputs, parameters, dtype } = sizesOf(model);
  if (typeof form === "number" && !(Number.isInteger(form) && form >= 0 && form < outputs)) {
    throw new SpecError(`tangent kernel: received output ${form}, expected 0 to ${outputs - 1}`);
  }
  const perExample = form === "full" ? outputs : 1;
  const n = rows * perExample;
  const m = (columns ?? rows) * perExample;
  const width = dtype === "float64" ? 8 : 4;
  const held = parameters * width + Math.min(COLUMNS, parameters) * 8;
  const room = memory - 8 * n * m;
  const sides = Math.max(n, m);
  const isWhole = held * (columns === null ? n : n + m) <= room;
  const block = isWhole ? sides : Math.min(sides, Math.floor(room / (2 * held)));
  if (block < 1) {
    throw new BudgetError(
      `tangent kernel: the kernel and two gradients of ${parameters} parameters take ${8 * n * m + 2 * held} bytes, allowed are ${memory}`,
      { hint: "take fewer examples or outputs, or allow more memory", data: { memory } },
    );
  }
  const repeats = form === "trace" ? outputs : 1;
  const bytes = 8 * n * m + held * Math.min(2 * block, columns === null && isWhole ? n : n + m);
  return {
    form,
    parameters,
    outputs,
    block,
    passes: repeats * passesOf(n, m, block, columns === null),
    bytes,
  };
}

/** Gradients evaluated when blocks of the left side meet all blocks of the right side (half of them in symmetry). */
function passesOf(n: number, m: number, block: number, isSymmetric: boolean): number {
  let passes = 0;
  for (let first = 0; first < n; first += block) {
    const own = Math.min(block, n - first);
    // on one side alone, columns of blocks already met are done
    passes += own + (isSymmetric ? first : m);
  }
  return !isSymmetric && block >= m ? n + m : passes;
}
