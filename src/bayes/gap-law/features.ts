/** Features of a real network: any value of an engine graph, imported files included, for many examples. */
import { ShapeError, SpecError } from "../../base/index.ts";
import { createSession, type Graph, sizeOf, tensorOf, type ValueInfo } from "../../engine/index.ts";
import { layersOf } from "../../networks/index.ts";
import type { Matrix } from "../../numerics/index.ts";

/**
 * The values that a graph has at `value` for every example.
 *
 * @param graph - with one input, [batch, ...], and its parameters bound; the last batch is filled up and cut.
 * @param examples - [n, size of one example].
 * @param value - name of a value with the batch axis first. Default: what the last weight layer multiplies.
 * @returns [n, features] in float64.
 * @throws SpecError for a value that does not exist; ShapeError for examples of another size.
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 * import { measureFeatures } from "isinglass/bayes";
 *
 * const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx", { batch: 2 });
 * const { cols } = await measureFeatures(graph, { rows: 3, cols: 784, data: new Float64Array(3 * 784) });
 * cols; // => 48
 * ```
 */
export async function measureFeatures(
  graph: Graph,
  examples: Matrix,
  value: string | undefined = layersOf(graph).at(-1)?.input,
): Promise<Matrix> {
  const { input, info, name } = featureValue(graph, value);
  const batch = input.shape[0] ?? 1;
  const size = sizeOf(input.shape) / batch;
  if (examples.cols !== size || info.shape[0] !== batch) {
    throw new ShapeError(
      `features: received examples of ${examples.cols} numbers and a value [${info.shape}], expected ${size} and the batch ${batch} first`,
    );
  }
  const cols = sizeOf(info.shape) / batch;
  const out = { rows: examples.rows, cols, data: new Float64Array(examples.rows * cols) };
  const session = await createSession({ ...graph, outputs: [name] });
  try {
    for (let first = 0; first < examples.rows; first += batch) {
      const count = Math.min(batch, examples.rows - first);
      const filled = new Float64Array(batch * size);
      filled.set(examples.data.subarray(first * size, (first + count) * size));
      const { [name]: result } = await session.run({
        [input.name]: tensorOf(input.dtype, input.shape, filled),
      });
      const values = result?.data as Float32Array;
      out.data.set(values.subarray(0, count * cols), first * cols);
    }
  } finally {
    await session.release();
  }
  return out;
}

/**
 * Features for each example at `value`, without running anything.
 *
 * @throws SpecError for a value that does not exist.
 */
export function countFeatures(
  graph: Graph,
  value: string | undefined = layersOf(graph).at(-1)?.input,
): number {
  const { input, info } = featureValue(graph, value);
  return sizeOf(info.shape) / (input.shape[0] ?? 1);
}

function featureValue(
  graph: Graph,
  name: string | undefined,
): { readonly input: ValueInfo; readonly info: ValueInfo; readonly name: string } {
  const info = name === undefined ? undefined : graph.values.get(name);
  const [input] = graph.inputs;
  if (info === undefined || name === undefined || input === undefined || graph.inputs.length !== 1) {
    throw new SpecError(
      `features: received value "${name}" of a graph with ${graph.inputs.length} inputs, expected a value and one input`,
    );
  }
  return { input, info, name };
}
