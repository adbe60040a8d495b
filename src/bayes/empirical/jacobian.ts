/** The Jacobian of a network's outputs by its parameters (or by its input), example by example. */
import { BudgetError, InterruptedError, type WorkOptions } from "../../base/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { checkExamples, type Examples, openGradientRows, sizesOf } from "./gradient-rows.ts";
import type { TangentModel } from "./model.ts";

/** Options of a Jacobian. */
export interface JacobianOptions extends WorkOptions {
  /** Bytes that may be taken. Default 2^30. */
  readonly memory?: number;
  /** Threads inside one operator. Default 1. */
  readonly threads?: number;
}

/** A measured Jacobian. */
export interface MeasuredJacobian {
  /** Row i K + k holds the derivatives of output k of example i, scaled as the model says; [n K, P]. */
  readonly rows: Matrix;
  readonly outputs: number;
  /** Parameters in the order of the columns, with their first column. */
  readonly columns: readonly { readonly name: string; readonly first: number; readonly size: number }[];
}

/** Bytes that a Jacobian takes by default at most. */
const DEFAULT_MEMORY = 2 ** 30;

/**
 * Measures the Jacobian, one backward pass for each output of each example.
 *
 * @param model - of `tangentModelOf` or `tangentModelOfNetwork`; to differentiate by the data, name the input among the parameters.
 * @returns float64 rows; accuracy that of the graph's type (1e-6 relative for float32).
 * @throws BudgetError with the estimate when the rows do not fit `memory`; ShapeError for examples that do not fit the graph;
 * UnsupportedOpError naming a node without a derivative.
 * @example
 * ```ts
 * import { GraphBuilder, tanh, mul, tensorOf } from "isinglass/engine";
 * import { tangentModelOf } from "isinglass/bayes";
 *
 * const b = new GraphBuilder();
 * const x = b.input("x", "float64", [1, 2]);
 * b.output(mul(b, x, b.parameter(tensorOf("float64", [2], [3, 4]), "w")), "y");
 * const model = tangentModelOf(b.build());
 * const { rows } = await measureJacobian(model, { count: 1, data: Float64Array.of(5, 7) });
 * rows.data; // => [5, 0, 0, 7]
 * ```
 */
export async function measureJacobian(
  model: TangentModel,
  examples: Examples,
  { memory = DEFAULT_MEMORY, threads = 1, signal, onProgress }: JacobianOptions = {},
): Promise<MeasuredJacobian> {
  const sizes = sizesOf(model);
  checkExamples(sizes, examples);
  const count = examples.count * sizes.outputs;
  const bytes = 8 * count * sizes.parameters;
  if (bytes > memory) {
    throw new BudgetError(
      `jacobian: ${count} rows of ${sizes.parameters} parameters take ${bytes} bytes, allowed are ${memory}`,
      {
        hint: "take fewer examples, or measureTangentKernel, which works in blocks",
        data: { bytes, memory },
      },
    );
  }
  const rows = { rows: count, cols: sizes.parameters, data: new Float64Array(count * sizes.parameters) };
  const gradients = await openGradientRows(model, { threads });
  try {
    for (let r = 0; r < count; r++) {
      if (signal?.aborted === true) throw new InterruptedError("jacobian: interrupted");
      const row = rows.data.subarray(r * rows.cols, (r + 1) * rows.cols);
      await gradients.write(examples, Math.floor(r / sizes.outputs), r % sizes.outputs, row);
      onProgress?.({ stage: "gradients", done: r + 1, total: count });
    }
  } finally {
    await gradients.release();
  }
  let first = 0;
  const columns = model.parameters.map(({ name }) => {
    const size = (model.graph.values.get(name)?.shape ?? []).reduce((product, n) => product * n, 1);
    first += size;
    return { name, first: first - size, size };
  });
  return { rows, outputs: sizes.outputs, columns };
}
