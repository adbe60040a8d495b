/**
 * Measures singular values of input-output and inner Jacobians on actual networks, specified or imported. Theory for
 * comparison: Pennington, Schoenholz and Ganguli (2017), mean squared singular value chi^L, and at chi = 1 the relative
 * variance L (mu_2 / mu_1^2 - 1 - s_1) of squared singular values, s_1 = -1 (Gaussian) or 0 (orthogonal).
 */
import { InterruptedError, SpecError, type WorkOptions } from "../../base/index.ts";
import type { Graph, Tensor } from "../../engine/index.ts";
import {
  buildNetwork,
  initialize,
  loadOrthonormalize,
  type NetworkGraph,
  type NetworkSpec,
} from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { checkExamples } from "./examples.ts";
import { jacobianSize } from "./jacobian-graph.ts";
import { createJacobianProbe, type JacobianPlan } from "./jacobian-spectra.ts";
import { type JacobianMeasurement, type JacobianSpectrum, summarize } from "./spectrum.ts";
import type { Examples } from "./types.ts";

/** Options of Jacobian measurements. */
export interface JacobianOptions extends WorkOptions {
  /** Value to differentiate by. Default: the data input. */
  readonly from?: string;
  /** Value to differentiate. Default: the network's output. */
  readonly to?: string;
  /** Number of draws of the parameters, each with another example (specification). Default 5. */
  readonly seeds?: number;
  /** Number of examples (given network). Default 4. */
  readonly inputs?: number;
  /** Default "auto": dense when the smaller side is at most 1024. */
  readonly method?: "auto" | "dense" | "lanczos";
  /** Number of largest singular values that Lanczos finds. Default 8. */
  readonly count?: number;
  /** Threads inside one operator. Default 1. */
  readonly threads?: number;
}

/** Largest smaller side whose singular values are all computed: 1024 cost about 10 s. */
const denseLimit = 1024;
/** Rows of a whole Jacobian per run, and examples per run of Lanczos. */
const denseBatch = 256;
const lanczosBatch = 4;

/** Decides the method, and how many rows a run has. */
function chooseMethod(
  rows: number,
  cols: number,
  wanted: JacobianOptions["method"],
): {
  method: "dense" | "lanczos";
  batch: number;
} {
  const short = Math.min(rows, cols);
  const isDense = wanted === "dense" || (wanted !== "lanczos" && short <= denseLimit);
  return isDense
    ? { method: "dense", batch: Math.min(short, denseBatch) }
    : { method: "lanczos", batch: lanczosBatch };
}

/** One example repeated in every row of the batch, or `batch` examples from `first` on. */
function fillBatch(
  examples: Examples,
  shape: readonly number[],
  first: number,
  isRepeated: boolean,
): Float32Array {
  const [batch = 1, ...rest] = shape;
  const size = rest.reduce((product, n) => product * n, 1);
  const data = new Float32Array(batch * size);
  for (let row = 0; row < batch; row++) {
    const example = (isRepeated ? first : first + row) % examples.count;
    data.set(examples.inputs.subarray(example * size, (example + 1) * size), row * size);
  }
  return data;
}

/**
 * Measures the singular values of the Jacobian of a specified network, one example per draw of the parameters.
 *
 * @param spec - of `parseNetwork`; batch normalisation is refused, because it couples the examples of a batch.
 * @param examples - draw k uses example k (dense), or the 4 examples from 4 k on (Lanczos).
 * @param stream - forked per seed; the parameters are those of `measureSignal` with the same stream.
 * @returns singular values, mean square, relative variance and largest value with errors over seeds.
 * @throws SpecError for batch normalisation or unknown values, ShapeError for data that do not fit. Cost: for the
 * Jacobian between layers of width 300, two backward passes with 256 rows and one SVD per seed, 0.3 s.
 *
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { parseNetwork } from "isinglass/networks";
 * import { measureJacobian } from "isinglass/signal";
 *
 * const inputs = new Float32Array(4 * 20).map((_, i) => Math.sin(i));
 * const spec = parseNetwork("20-20x4 linear init=orthogonal sw2=1");
 * const { spectra } = await measureJacobian(spec, { inputs, count: 4, shape: [20] }, createStream(1), { seeds: 1 });
 * spectra[0]?.singularValues; // all 1
 * ```
 */
export async function measureJacobian(
  spec: NetworkSpec,
  examples: Examples,
  stream: RandomStream,
  options: JacobianOptions = {},
): Promise<JacobianMeasurement> {
  const { seeds = 5, signal, onProgress } = options;
  if (spec.normalization === "batch") {
    throw new SpecError(
      "Jacobian: received a network with batch normalisation, expected independent examples.",
      {
        hint: "Use norm=layer or norm=none; gradients with batch normalisation are in the layer table.",
      },
    );
  }
  checkExamples(examples, spec.input);
  const one = buildNetwork(spec, { batch: 1 });
  const [from, to] = endsOf(one.graph, options, one.input.name, one.logits.name);
  const [rows, cols] = jacobianSize(one.graph, from, to, 1);
  const { method, batch } = chooseMethod(rows, cols, options.method);
  const network = buildNetwork(spec, { batch });
  const orthonormalize = await loadOrthonormalize(spec.initialization);
  const probe = await createJacobianProbe(
    planOf(network.graph, from, to, network.input.name, batch, method, options),
  );
  try {
    const spectra: JacobianSpectrum[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      if (signal?.aborted)
        throw new InterruptedError(`Jacobian: interrupted after ${seed} of ${seeds} seeds.`);
      const own = stream.fork("seed").fork(seed);
      const { values } = initialize(network, spec.initialization, own.fork("parameters"), { orthonormalize });
      const first = method === "dense" ? seed : seed * batch;
      const data = fillBatch(examples, network.input.shape, first, method === "dense");
      const input: Tensor = { dtype: "float32", shape: network.input.shape, data };
      await probe.bind({ ...values, [network.input.name]: input });
      spectra.push(...(await probe.measure(own.fork("jacobian"))));
      onProgress?.({ stage: "Jacobian", done: seed + 1, total: seeds });
    }
    return report(from, to, [rows, cols], method, spectra, "seeds", stream.seed);
  } finally {
    await probe.release();
  }
}

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
 * rows; // 10
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

function endsOf(
  graph: NetworkGraph["graph"],
  { from, to }: JacobianOptions,
  input: string,
  output: string,
): [string, string] {
  for (const name of [from, to]) {
    if (name === undefined || graph.values.has(name)) continue;
    throw new SpecError(`Jacobian: received the value "${name}", expected a value of the network.`, {
      hint: "Use preActivation or postActivation of a layer.",
    });
  }
  return [from ?? input, to ?? output];
}

function planOf(
  graph: Graph,
  from: string,
  to: string,
  input: string,
  batch: number,
  method: "dense" | "lanczos",
  { count = 8, threads = 1, signal }: JacobianOptions,
): JacobianPlan {
  return { graph, from, to, input, batch, method, count, threads, signal };
}

function report(
  from: string,
  to: string,
  [rows, cols]: readonly [number, number],
  method: "dense" | "lanczos",
  spectra: readonly JacobianSpectrum[],
  errorsOver: "seeds" | "inputs",
  seed: number,
): JacobianMeasurement {
  const over =
    errorsOver === "seeds" ? "draws of the parameters, each with another example" : "examples of one network";
  return {
    from,
    to,
    rows,
    cols,
    method,
    spectra,
    ...summarize(spectra, errorsOver),
    errorsOver,
    seed,
    assumptions: [`Errors of the Jacobian are standard errors over ${spectra.length} ${over}.`],
  };
}
