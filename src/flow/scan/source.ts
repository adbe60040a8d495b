/** A network whose flow is measured, whatever it was read from: how a draw of it becomes a chain, and what theory says. */
import { FormatError } from "../../base/index.ts";
import type { Graph } from "../../engine/index.ts";
import {
  buildNetwork,
  formatNetwork,
  type InitializationSpec,
  initialize,
  layersOf,
  loadOrthonormalize,
  type NetworkSpec,
  type ParameterValues,
} from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { chainOfModel, chainOfNetwork, type FlowChain } from "../chain/index.ts";
import {
  predictFlow,
  type TheoryCoverage,
  type TypicalVariances,
  theoryCoverage,
  variancesOfModel,
  variancesOfSpec,
} from "./theory.ts";

/** Bounds on the values of the data. */
export type InputRange = readonly [min: number, max: number];

/** A network whose flow can be measured. */
export interface FlowSource {
  readonly name: string;
  readonly origin: "specification" | "file";
  readonly inputShape: readonly number[];
  /** One sentence on how parameters are drawn. */
  readonly initialization: string;
  readonly variances: TypicalVariances | null;
  readonly coverage: TheoryCoverage;
  /** The chain of a draw; a file has one set of parameters, so that its draws differ in decoders and data only. */
  open(stream: RandomStream, range: InputRange): Promise<FlowChain>;
}

/**
 * A specification as a source. Draws with the same stream and other variances use the same random numbers.
 *
 * @throws as `buildNetwork`
 */
export function sourceOfSpec(spec: NetworkSpec): FlowSource {
  const network = buildNetwork(spec, { batch: 2 });
  return {
    name: formatNetwork(spec),
    origin: "specification",
    inputShape: spec.input,
    initialization: describeInitialization(spec.initialization),
    variances: variancesOfSpec(spec),
    coverage: theoryCoverage(network.layers),
    open: async (stream, inputRange) =>
      chainOfNetwork(network, await drawParameters(spec, stream), { name: formatNetwork(spec), inputRange }),
  };
}

/** Parameters of a specification; orthogonal ones by the fast kernels. */
export async function drawParameters(spec: NetworkSpec, stream: RandomStream): Promise<ParameterValues> {
  const { initialization } = spec;
  const orthonormalize = await loadOrthonormalize(initialization);
  return initialize(buildNetwork(spec, { batch: 1 }), initialization, stream, { orthonormalize }).values;
}

/**
 * An imported model as a source.
 *
 * @param model imported with a batch of 2
 * @throws UnsupportedOpError naming the nodes that break the chain; FormatError naming a weight that is not finite
 */
export function sourceOfModel(name: string, model: { readonly graph: Graph }): FlowSource {
  requireFiniteWeights(name, model.graph);
  const chain = chainOfModel(model, { name });
  return {
    name,
    origin: "file",
    inputShape: chain.inputShape,
    initialization: "as stored in the file.",
    variances: variancesOfModel(model.graph),
    coverage: coverageOfChain(chain, theoryCoverage(layersOf(model.graph))),
    open: async (_stream, inputRange) => chainOfModel(model, { name, inputRange }),
  };
}

/** Theory holds for plain chains: blocks whose layers lie beside each other are none. */
function coverageOfChain({ blocks }: FlowChain, coverage: TheoryCoverage): TheoryCoverage {
  const branched = blocks.filter(({ kind }) => kind === "branched").map(({ name }) => name);
  if (branched.length === 0) return coverage;
  const gap = `Layers lie beside each other in ${branched.length === 1 ? "the branched block" : "branched blocks"} ${branched.slice(0, 4).join(", ")}${branched.length > 4 ? ` and ${branched.length - 4} more` : ""}; the theory of plain chains does not hold.`;
  return { activation: null, width: null, gaps: [...coverage.gaps, gap] };
}

/** Masks may hold infinities; weights may not, and nothing may be NaN. */
function requireFiniteWeights(name: string, graph: Graph): void {
  const weights = new Set(layersOf(graph).flatMap(({ weight, bias }) => [weight, bias]));
  for (const [tensor, { dtype, shape, data }] of graph.initializers) {
    if (dtype !== "float32" && dtype !== "float64") continue;
    const values = data as Float32Array;
    const isBad = weights.has(tensor) ? (value: number) => !Number.isFinite(value) : Number.isNaN;
    const at = values.findIndex(isBad);
    if (at < 0) continue;
    const count = values.reduce((sum, value) => sum + (isBad(value) ? 1 : 0), 0);
    throw new FormatError(
      `${name}: tensor ${tensor} of shape [${shape}], value ${at + 1} is ${values[at]}${count > 1 ? `, and ${count - 1} more are not finite` : ""}; expected finite weights`,
      { hint: "Export the model again from a state before its training diverged." },
    );
  }
}

/** A specification at other variances: drawn as Gaussian unless it is orthogonal. */
export function atVariances(spec: NetworkSpec, sigmaW2: number, sigmaB2: number): NetworkSpec {
  const { scheme } = spec.initialization;
  return {
    ...spec,
    initialization: {
      scheme: scheme.includes("orthogonal") ? scheme : "gaussian",
      ...{ sigmaW2, sigmaB2, sigmaV2: null, sigmaA2: null },
    },
  };
}

/** Smallest and largest value of data. */
export function rangeOfData(inputs: ArrayLike<number>): InputRange {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < inputs.length; i++) {
    const value = inputs[i] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

/** Theory of a source at its own variances; null where none holds. */
export function theoryOf({ coverage, variances }: FlowSource): ReturnType<typeof predictFlow> | null {
  if (coverage.activation === null || variances === null) return null;
  return predictFlow(coverage.activation, variances.sigmaW2, variances.sigmaB2, coverage.width);
}

function describeInitialization({ scheme, sigmaW2, sigmaB2 }: InitializationSpec): string {
  const variances = [
    ...(sigmaW2 === null ? [] : [`σ_w² = ${sigmaW2}`]),
    ...(sigmaB2 === null ? [] : [`σ_b² = ${sigmaB2}`]),
  ];
  return `${scheme}${variances.length === 0 ? "" : ` with ${variances.join(", ")}`}; weight variances are stated times fan-in.`;
}
