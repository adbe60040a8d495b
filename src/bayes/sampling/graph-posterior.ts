/**
 * The posterior of all parameters of a network, with any graph that a specification describes: U(w) = |w|^2 / 2 +
 * sum (y - f(x))^2 / (2 T). Weights are W = sigma_w w / sqrt(fan-in), biases B = sigma_b b, so that the prior of w and b is N(0, 1)
 * and that of W and B is how the network is initialised. T is the variance of the likelihood's noise.
 */
import { ShapeError, SpecError } from "../../base/index.ts";
import {
  createSession,
  type Graph,
  GraphBuilder,
  gradient,
  lowerToFloat64,
  mul,
  type NamedTensors,
  reduceSum,
  type Session,
  sizeOf,
  sub,
  type Tensor,
  tensorOf,
} from "../../engine/index.ts";
import {
  buildNetwork,
  type NetworkGraph,
  type NetworkSpec,
  parametrizationOfLayers,
} from "../../networks/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import type { AsyncPotential } from "./hamiltonian.ts";

/** A regression task with K outputs. */
export interface NetworkTask {
  /** [P, N0]. */
  readonly inputs: Matrix;
  /** [P, K] row by row. */
  readonly targets: Float64Array;
  /** [M, N0]. */
  readonly testInputs: Matrix;
  /** [M, K] row by row. */
  readonly testTargets: Float64Array;
}

/** Options of a posterior. */
export interface PosteriorOptions {
  /** T > 0. */
  readonly temperature: number;
  /** Type of the graph. Default "float64": differences of energies decide, and float32 rounds them. */
  readonly dtype?: "float64" | "float32";
  /** Threads inside one operator. Default 1. */
  readonly threads?: number;
}

/** A posterior ready to be sampled. */
export interface GraphPosterior extends AsyncPotential {
  /** Outputs of one example. */
  readonly outputs: number;
  /** Outputs on the training inputs and on the test inputs at parameters w. */
  predict(state: Float64Array): Promise<{ readonly train: Float64Array; readonly test: Float64Array }>;
  release(): Promise<void>;
}

/** A parameter of the prior and where its coordinates are in the state. */
interface Coordinate {
  readonly name: string;
  readonly shape: readonly number[];
  readonly first: number;
  readonly size: number;
  /** sigma_w / sqrt(fan-in) or sigma_b. */
  readonly scale: number;
}

/** Parameters with a prior that has width; all others (biases with sigma_b = 0) stay 0. */
function coordinatesOf(network: NetworkGraph, { initialization }: NetworkSpec): Coordinate[] {
  const shapes = new Map(network.parameters.map(({ name, shape }) => [name, shape]));
  const layers = parametrizationOfLayers(
    network.layers,
    ({ weight }) => shapes.get(weight) ?? [],
    initialization,
  );
  let first = 0;
  return network.parameters.flatMap(({ name, shape, role, layer }) => {
    if (role !== "weight" && role !== "bias") {
      throw new SpecError(`sampler: parameter ${name} is a ${role}, expected weights and biases alone`, {
        hint: "leave normalisation out: its parameters have no Gaussian prior",
      });
    }
    const { sigmaW2, sigmaB2 } = layers[layer] ?? { sigmaW2: 1, sigmaB2: 0 };
    const fanIn = network.layers[layer]?.fanIn ?? 1;
    const scale = Math.sqrt(role === "weight" ? sigmaW2 / fanIn : sigmaB2);
    if (scale === 0) return [];
    const size = sizeOf(shape);
    first += size;
    return [{ name, shape, first: first - size, size, scale }];
  });
}

/**
 * Prepares the posterior of a network on a task.
 *
 * @param spec - any specification without normalisation; its `gaussian` initialisation is the prior (sw2, sb2).
 * @returns the potential of the parameters w (prior N(0, 1)), with sessions to evaluate it; cost of one evaluation: one forward and
 * one backward pass over the whole training set.
 * @throws SpecError for a temperature of 0 or less, or parameters without a Gaussian prior; ShapeError for data that do not fit.
 * @source Neal 1996; weights scaled by 1 / sqrt(fan-in) as in Lee et al. 2018 (arXiv:1711.00165).
 */
export async function openGraphPosterior(
  spec: NetworkSpec,
  task: NetworkTask,
  { temperature, dtype = "float64", threads = 1 }: PosteriorOptions,
): Promise<GraphPosterior> {
  if (!(temperature > 0)) {
    throw new SpecError(`sampler: received temperature ${temperature}, expected above 0`);
  }
  const train = buildNetwork(spec, { batch: task.inputs.rows, dtype });
  const test = buildNetwork(spec, { batch: task.testInputs.rows, dtype });
  const outputs = sizeOf(train.logits.shape) / task.inputs.rows;
  checkTask(task, train, outputs);
  const coordinates = coordinatesOf(train, spec);
  const dimension = coordinates.reduce((sum, { size }) => sum + size, 0);
  const fixed = zeroParameters(train, coordinates, dtype);
  const energy = await createSession(lowered(energyGraph(train, coordinates), dtype), { threads });
  const forward = await createSession(lowered(test.graph, dtype), { threads });
  const asInput = (network: NetworkGraph, data: Float64Array): Tensor =>
    tensorOf(dtype, network.input.shape, data);
  await bindDeclared(energy, {
    ...fixed,
    [train.input.name]: asInput(train, task.inputs.data),
    [TARGETS]: tensorOf(dtype, train.logits.shape, task.targets),
  });
  await bindDeclared(forward, { ...fixed, [test.input.name]: asInput(test, task.testInputs.data) });
  const parametersAt = (state: Float64Array): NamedTensors =>
    Object.fromEntries(
      coordinates.map(({ name, shape, first, size, scale }) => [
        name,
        tensorOf(
          dtype,
          shape,
          state.subarray(first, first + size).map((w) => scale * w),
        ),
      ]),
    );
  return {
    dimension,
    outputs,
    evaluate: async (state, slope) => {
      const results = await energy.run(parametersAt(state), {
        outputs: [LOSS, ...coordinates.map(({ name }) => gradientName(name))],
        transfer: true,
      });
      let potential = (results[LOSS]?.data[0] as number) / (2 * temperature);
      for (const { name, first, size, scale } of coordinates) {
        const data = results[gradientName(name)]?.data as Float64Array;
        for (let i = 0; i < size; i++) {
          const w = state[first + i] as number;
          potential += 0.5 * w * w;
          slope[first + i] = w + (scale * (data[i] as number)) / (2 * temperature);
        }
      }
      return potential;
    },
    predict: async (state) => {
      const values = parametersAt(state);
      const onTrain = await energy.run(values, { outputs: [OUTPUT] });
      const onTest = await forward.run(values, { transfer: true });
      return {
        train: Float64Array.from(onTrain[OUTPUT]?.data as Float64Array),
        test: Float64Array.from(onTest[test.logits.name]?.data as Float64Array),
      };
    },
    release: async () => {
      await energy.release();
      await forward.release();
    },
  };
}

const TARGETS = "posterior.targets";
const LOSS = "posterior.loss";
const OUTPUT = "posterior.output";
const gradientName = (parameter: string): string => `posterior.gradient.${parameter}`;

/** The network with its sum of squares and the gradient by every free parameter. */
function energyGraph({ graph, logits }: NetworkGraph, coordinates: readonly Coordinate[]): Graph {
  const b = GraphBuilder.from({ ...graph, outputs: [] });
  const f = b.value(logits.name);
  const y = b.input(TARGETS, f.dtype, f.shape);
  const gap = sub(b, f, y);
  const loss = reduceSum(b, mul(b, gap, gap));
  const slopes = gradient(
    b,
    loss,
    coordinates.map(({ name }) => b.value(name)),
  );
  b.output(mul(b, f, 1), OUTPUT);
  b.output(mul(b, loss, 1), LOSS);
  slopes.forEach((slope, i) => {
    b.output(mul(b, slope, 1), gradientName(coordinates[i]?.name as string));
  });
  return b.build();
}

/** Replaces operators that the runtime lacks in float64. */
function lowered(graph: Graph, dtype: "float64" | "float32"): Graph {
  return dtype === "float64" ? lowerToFloat64(graph) : graph;
}

function zeroParameters(
  { parameters }: NetworkGraph,
  coordinates: readonly Coordinate[],
  dtype: "float64" | "float32",
): NamedTensors {
  const free = new Set(coordinates.map(({ name }) => name));
  return Object.fromEntries(
    parameters
      .filter(({ name }) => !free.has(name))
      .map(({ name, shape }) => [name, tensorOf(dtype, shape, new Float64Array(sizeOf(shape)))]),
  );
}

async function bindDeclared(session: Session, values: NamedTensors): Promise<void> {
  const declared = new Set(session.inputs.map(({ name }) => name));
  await session.bind(Object.fromEntries(Object.entries(values).filter(([name]) => declared.has(name))));
}

function checkTask(
  { inputs, targets, testInputs, testTargets }: NetworkTask,
  { input }: NetworkGraph,
  outputs: number,
): void {
  const features = sizeOf(input.shape) / inputs.rows;
  if (
    inputs.cols !== features ||
    testInputs.cols !== features ||
    targets.length !== inputs.rows * outputs ||
    testTargets.length !== testInputs.rows * outputs
  ) {
    throw new ShapeError(
      `sampler: received ${inputs.rows} x ${inputs.cols} inputs with ${targets.length} targets and ${testInputs.rows} x ${testInputs.cols} with ${testTargets.length}; expected ${features} features and ${outputs} targets for each`,
    );
  }
}
