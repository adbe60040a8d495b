/** Measures singular values of Jacobians on one given network, such as an imported file: errors are over examples. */
import { InterruptedError, SpecError } from "../../base/index.ts";
import type { Graph } from "../../engine/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { checkExamples } from "./examples.ts";
import { jacobianSize } from "./jacobian-graph.ts";
import { chooseMethod, endsOf, fillBatch, type JacobianOptions, planOf, report } from "./jacobian-options.ts";
import { createJacobianProbe } from "./jacobian-spectra.ts";
import type { JacobianMeasurement, JacobianSpectrum } from "./spectrum.ts";
import type { Examples } from "./types.ts";

/**
 * Measures the singular values of the Jacobian of one given network, with errors over examples.
 *
 * @param graph - with constant parameters and one float input, of `fromOnnx` or `bindParameters`; its batch size is
 * the number of rows per run (whole Jacobians need ceil(smaller side / batch) runs per example).
 *
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 * import { createStream } from "isinglass/numerics";
 * import { measureModelJacobian } from "isinglass/signal";
 *
 * const inputs = new Float32Array(4 * 784).map((_, i) => Math.sin(i));
 * const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx", { batch: 10 });
 * const { rows } = await measureModelJacobian(graph, { inputs, count: 4, shape: [784] }, createStream(1));
 * rows; // => 10
 * ```
 */
export async function measureModelJacobian(
  graph: Graph,
  examples: Examples,
  stream: RandomStream,
  options: JacobianOptions = {},
): Promise<JacobianMeasurement> {
  const { signal, onProgress } = options;
  const input = graph.inputs[0];
  if (input === undefined) throw new SpecError("Jacobian: received a graph without inputs, expected one.");
  checkExamples(examples, input.shape.slice(1));
  const batch = input.shape[0] as number;
  const [from, to] = endsOf(graph, options, input.name, graph.outputs[0] as string);
  const [rows, cols] = jacobianSize(graph, from, to, batch);
  const { method } = chooseMethod(rows, cols, options.method);
  const plan = planOf(graph, from, to, input.name, batch, method, options);
  const probe = await createJacobianProbe(plan);
  try {
    const inputs = Math.min(options.inputs ?? 4, examples.count);
    const runs = method === "dense" ? inputs : Math.ceil(inputs / batch);
    const spectra: JacobianSpectrum[] = [];
    for (let k = 0; k < runs; k++) {
      if (signal?.aborted) throw new InterruptedError(`Jacobian: interrupted after ${k} of ${runs} runs.`);
      const data = fillBatch(examples, input.shape, method === "dense" ? k : k * batch, method === "dense");
      await probe.bind({ [input.name]: { dtype: "float32", shape: input.shape, data } });
      spectra.push(...(await probe.measure(stream.fork("jacobian").fork(k))));
      onProgress?.({ stage: "Jacobian", done: k + 1, total: runs });
    }
    return report(from, to, [rows, cols], method, spectra, "inputs", stream.seed);
  } finally {
    await probe.release();
  }
}
