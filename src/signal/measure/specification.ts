/**
 * Measures signal propagation on actual networks of a specification: the parameters are drawn anew for every seed,
 * the graph with its backward pass is compiled once. Poole et al. (2016) and Schoenholz et al. (2017) define the
 * quantities; their theory is the limit of infinite width.
 */
import { InterruptedError, SpecError } from "../../base/index.ts";
import { createSession, type Tensor, tensorOf } from "../../engine/index.ts";
import {
  buildNetwork,
  type InitializedParameters,
  initialize,
  loadOrthonormalize,
  type NetworkGraph,
  type NetworkSpec,
} from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { chainOf, successors } from "./chain.ts";
import { checkExamples, inputTensor } from "./examples.ts";
import { sessionOptions } from "./execution.ts";
import { buildProbeGraph } from "./probe-graph.ts";
import { runProbe } from "./probe-run.ts";
import {
  complement,
  inputStatistics,
  overSeeds,
  pairMean,
  type RawProbes,
  rowMean,
  rowOf,
  spreadOverSeeds,
  valuesOverSeeds,
} from "./reduce.ts";
import type { Examples, LayerMeasurement, MeasureOptions, SignalMeasurement } from "./types.ts";

const defaultSeeds = 5;

/**
 * Measures q, c, chi and gradients of every weight layer of a specification, with standard errors over seeds.
 *
 * Cost: one compilation, then per seed one draw of the parameters, one forward and one backward pass. About 3 s for
 * 784-300x50-10, 256 inputs and 5 seeds on one core.
 *
 * @param spec - of `parseNetwork`.
 * @param examples - at least two inputs of the network's size; their order does not matter.
 * @param stream - forked per seed.
 * @throws ShapeError when data and network do not fit, FormatError for constant or non-finite data,
 * InterruptedError when the signal aborts.
 *
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { parseNetwork } from "isinglass/networks";
 * import { measureSignal } from "isinglass/signal";
 *
 * const inputs = new Float32Array(32 * 20);
 * createStream(1).fillNormal(inputs);
 * const spec = parseNetwork("20-100x5-10 tanh sw2=1.5 sb2=0.05");
 * const { layers } = await measureSignal(spec, { inputs, count: 32, shape: [20] }, createStream(2), { seeds: 3 });
 * layers[0]?.q.value; // about 1.55
 * ```
 */
export async function measureSignal(
  spec: NetworkSpec,
  examples: Examples,
  stream: RandomStream,
  options: MeasureOptions = {},
): Promise<SignalMeasurement> {
  const { seeds = defaultSeeds, weightGradients = true, values = [] } = options;
  const { signal, onProgress, onPartial } = options;
  if (!Number.isInteger(seeds) || seeds < 1) {
    throw new SpecError(`measurement: received ${seeds} seeds, expected a positive integer.`, {
      hint: "5 seeds give errors that are themselves good to about a third.",
    });
  }
  checkExamples(examples, spec.input);
  const network = buildNetwork(spec, { batch: examples.count, dropout: "masks" });
  const probe = buildProbeGraph({ ...probed(network), values }, weightGradients);
  onProgress?.({ stage: "measuring", done: 0, total: seeds, note: "compiling" });
  const session = await createSession(probe.graph, sessionOptions(options));
  try {
    await session.bind({ [network.input.name]: inputTensor(examples, spec.input, "float32") });
    const runs: RawProbes[] = [];
    const conclude = ({ parametrization }: Draw): SignalMeasurement => ({
      errorsOver: "seeds",
      input: inputStatistics(runs[0] as RawProbes),
      layers: reduceSeeds(network, runs),
      values: valuesOverSeeds(values, network.layers.length, runs),
      parametrization,
      seed: stream.seed,
      assumptions: [
        `Errors are standard errors over ${runs.length} draws of the parameters on the same ${examples.count} inputs.`,
        "Gradients are those of a random linear function of the outputs.",
      ],
    });
    // drawing the next parameters overlaps with the run of the current ones, which is in another thread
    const drawSeed = await drawer(network, spec, stream);
    let draw = drawSeed(0);
    for (let seed = 0; seed < seeds; seed++) {
      if (signal?.aborted) throw interrupted(seed, seeds);
      const running = runProbe(session, probe, draw.values, draw.cotangents, signal);
      if (seed > 0) onPartial?.(conclude(draw));
      if (seed + 1 < seeds) draw = drawSeed(seed + 1);
      runs.push(await running);
      onProgress?.({ stage: "measuring", done: seed + 1, total: seeds });
    }
    return conclude(draw);
  } finally {
    await session.release();
  }
}

function interrupted(done: number, total: number): InterruptedError {
  return new InterruptedError(`measurement: interrupted after ${done} of ${total} seeds.`, {
    hint: "Run again; the same seed gives the same numbers.",
  });
}

function probed(network: NetworkGraph) {
  return {
    graph: network.graph,
    input: network.input.name,
    output: network.logits.name,
    layers: network.layers,
  };
}

/** The parameters of one seed with a stream for its cotangents. */
interface Draw extends InitializedParameters {
  readonly cotangents: RandomStream;
}

async function drawer(
  network: NetworkGraph,
  { initialization }: NetworkSpec,
  stream: RandomStream,
): Promise<(seed: number) => Draw> {
  const orthonormalize = await loadOrthonormalize(initialization);
  return (seed) => {
    const own = stream.fork("seed").fork(seed);
    const drawn = initialize(network, initialization, own.fork("parameters"), { orthonormalize });
    const values = { ...drawn.values, ...drawMasks(network, own.fork("masks")) };
    return { ...drawn, values, cotangents: own.fork("cotangent") };
  };
}

/** Factors of dropout, one for every unit and example. */
function drawMasks({ masks, input }: NetworkGraph, stream: RandomStream): Readonly<Record<string, Tensor>> {
  const dtype = input.dtype === "float64" ? "float64" : "float32";
  return Object.fromEntries(
    masks.map(({ name, shape, keepRate }) => {
      const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
      stream.fork(name).fillUniform(data);
      const factors = data.map((u) => (u < keepRate ? 1 / keepRate : 0));
      return [name, tensorOf(dtype, shape, factors)];
    }),
  );
}

/** The main path, with parameters taken as given. */
function mainPath({ graph, input, logits, layers }: NetworkGraph): readonly number[] {
  return chainOf({ ...graph, inputs: [input] }, logits.name, layers);
}

function reduceSeeds(network: NetworkGraph, runs: readonly RawProbes[]): LayerMeasurement[] {
  const chain = mainPath(network);
  const next = successors(chain, network.layers.length);
  const last = chain.at(-1) ?? 0;
  return network.layers.map((layer, l) => {
    const gradients = runs.map(({ g, batch }) => rowMean(g, batch, l));
    const against = (other: number): number[] =>
      runs.map(({ g, batch }, s) => (gradients[s] as number) / rowMean(g, batch, other));
    const squares = runs.map(({ q, batch }) => rowMean(q, batch, l + 1));
    const oneMinusC = overSeeds(runs.map(({ d, batch }) => pairMean(rowOf(d, batch, l + 1))));
    const following = next[l] ?? null;
    return {
      layer,
      q: overSeeds(squares),
      qSpread: spreadOverSeeds(squares),
      c: complement(oneMinusC),
      oneMinusC,
      gradient: overSeeds(gradients),
      relativeGradient: overSeeds(against(last)),
      weightGradient: (runs[0]?.w.length ?? 0) === 0 ? null : overSeeds(runs.map(({ w }) => w[l] as number)),
      chi: following === null ? null : overSeeds(against(following)),
    };
  });
}
