/** Diagnosis of a specification: theory at its variances, measurement over several draws of its parameters. */
import { exact } from "../../base/index.ts";
import {
  buildNetwork,
  formatNetwork,
  type NetworkGraph,
  type NetworkSpec,
  type Parametrization,
  wiringOf,
} from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import {
  type JacobianMeasurement,
  measureJacobian,
  measureSignal,
  type SignalMeasurement,
} from "../measure/index.ts";
import { assemble, typicalVariance } from "./assemble.ts";
import { surroundingsOf } from "./between.ts";
import { coverageOf } from "./coverage.ts";
import { describeJacobian, hiddenEnds } from "./jacobian.ts";
import { statedVariances } from "./layers.ts";
import type { DescribedExamples } from "./parts.ts";
import { planPath } from "./path/index.ts";
import { meanSquaresOf, type ProfilePoint, predictProfile } from "./profile.ts";
import { recommendBlocks } from "./recommend.ts";
import { predictSpecial } from "./special.ts";
import type { DiagnoseOptions, Diagnosis } from "./types.ts";

/**
 * Answers for a specified network: will it train, where does it lose the signal, what would be critical.
 *
 * @param spec - of `parseNetwork`.
 * @param data - at least two examples of the network's input size.
 * @param stream - forked per seed.
 * @param options - number of seeds, threads, interruption, progress and partial results.
 * @throws as `measureSignal`. Cost: dominated by the measurement, about 3 s for 784-300x50-10, 256 inputs, 5 seeds.
 *
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { parseNetwork } from "isinglass/networks";
 * import { diagnoseSpec } from "isinglass/signal";
 *
 * const inputs = new Float32Array(16 * 20);
 * createStream(1).fillNormal(inputs);
 * const data = { inputs, count: 16, shape: [20], name: "noise", provenance: [] };
 * const spec = parseNetwork("20-50x4-10 tanh sw2=1.5 sb2=0.05");
 * const diagnosis = await diagnoseSpec(spec, data, createStream(2), { seeds: 2 });
 * diagnosis.verdict.trains; // => "yes"
 * ```
 */
export async function diagnoseSpec(
  spec: NetworkSpec,
  data: DescribedExamples,
  stream: RandomStream,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  const { onPartial, ...work } = options;
  const subject = describeSubject(spec, data, stream);
  const { network, coverage, plan } = subject;
  const measurement = await measureSignal(spec, data, stream, {
    ...work,
    weightGradients: false,
    values: coverage.chain === null ? plan.anchors : [],
    ...(onPartial && { onPartial: (partial) => onPartial(conclude(subject, partial, null)) }),
  });
  const ends =
    spec.normalization === "batch" || network.masks.length > 0
      ? null
      : hiddenEnds(measurement.layers.map(({ layer }) => layer));
  if (ends === null) return conclude(subject, measurement, null);
  onPartial?.(conclude(subject, measurement, null));
  return conclude(subject, measurement, await measureJacobian(spec, data, stream, { ...work, ...ends }));
}

/** What is asked about, before anything is measured. */
function describeSubject(spec: NetworkSpec, data: DescribedExamples, stream: RandomStream) {
  const network = buildNetwork(spec, { batch: 2, dropout: "masks" });
  const coverage = coverageOf(network.layers);
  const wiring = wiringOf(network.graph, network.layers);
  const plan = planPath(network.layers, wiring, network.input.name);
  // partial results share it: it rests on the specification and the inputs alone
  let profile: ProfilePoint[] | undefined;
  const predict = (chain: Parameters<typeof predictProfile>[0], cosine: number): ProfilePoint[] => {
    profile ??= predictProfile(chain, { meanSquares: meanSquaresOf(data.inputs, data.count), cosine });
    return profile;
  };
  return { spec, data, stream, network, coverage, wiring, plan, predict };
}

/** The diagnosis that follows from a measurement; the Jacobian may be missing. */
function conclude(
  { spec, data, stream, network, coverage, wiring, plan, predict }: ReturnType<typeof describeSubject>,
  measurement: SignalMeasurement,
  jacobian: JacobianMeasurement | null,
): Diagnosis {
  const { layers: measured, parametrization, input } = measurement;
  const { layers: stated, scheme, convention } = parametrization as Parametrization;
  const variances = statedVariances(stated, (index) => measured[index]?.layer.bias !== null);
  const keepRateOf = (index: number): number => network.layers[index]?.keepRate ?? 1;
  const chain = coverage.chain?.map((activation, index) => ({
    activation,
    ...(stated[index] as Parametrization["layers"][number]),
    keepRate: keepRateOf(index),
  }));
  const facts = stated.map((own, index) => ({ ...own, ...FRESH, keepRate: keepRateOf(index) }));
  const theoryStream = stream.fork("theory");
  const special =
    chain === undefined ? predictSpecial({ ...network, plan, facts }, measurement, theoryStream) : null;
  const profile = chain === undefined ? (special?.profile ?? null) : predict(chain, input.c.value);
  const hasDropout = network.masks.length > 0;
  return assemble({
    network: {
      name: formatNetwork(spec),
      origin: "specification",
      inputShape: spec.input,
      parameterCount: countParameters(network),
      initialization: `${scheme}; variances are stated as ${convention}.`,
    },
    data,
    measurement,
    variances,
    weightVariance: typicalVariance(variances.map(({ weight }) => weight)),
    biasVariance: typicalVariance(variances.map(({ bias }) => bias ?? exact(0, "no bias"))),
    activation: coverage.activation,
    profile,
    surroundings: surroundingsOf(network.graph, network.layers, wiring.padding),
    jacobian:
      jacobian && describeJacobian(jacobian, measured, chain ?? null, profile, scheme === "orthogonal"),
    special,
    recommended:
      special === null ? null : recommendBlocks(network.layers, plan, facts, measurement, theoryStream),
    keepRate: hasDropout ? (spec.keepRate ?? 1) : 1,
    gaps: [...(special?.gaps ?? coverage.gaps), ...(hasDropout ? [DROPOUT_GAP] : [])],
  });
}

/** Batch normalisation as it is initialised. */
const FRESH = { gain2: 1, shift2: 0 } as const;

const DROPOUT_GAP =
  "Measured with dropout at work, masks differing between inputs; the Jacobian, which depends on the masks, is not.";

function countParameters({ parameters }: NetworkGraph): number {
  return parameters.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
}
