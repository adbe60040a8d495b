/** The same network with the parameters that theory recommends. */
import { type Estimate, exact, UnsupportedOpError } from "../../base/index.ts";
import { type Tensor, tensorOf } from "../../engine/index.ts";
import {
  buildNetwork,
  exportNetwork,
  initialize,
  type NetworkGraph,
  type NetworkSpec,
  wiringOf,
} from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { planPath } from "./path/index.ts";
import { branchEnds } from "./recommend.ts";
import type { CriticalInitialization, Diagnosis } from "./types.ts";

/** The critical initialisation that a diagnosis recommends; throws UnsupportedOpError with the reason when it has none. */
export function requireCritical(diagnosis: Diagnosis): CriticalInitialization {
  if (diagnosis.critical !== null) return diagnosis.critical;
  throw withoutCritical(diagnosis);
}

function withoutCritical({ network, whyNotCritical }: Diagnosis): UnsupportedOpError {
  const hint = whyNotCritical ?? "";
  return new UnsupportedOpError(`fix: no critical initialisation is known for ${network.name}`, { hint });
}

/** What to draw: critical weights, or those recommended for residual blocks. */
export interface FixedInitialization {
  readonly weightVariance: Estimate;
  readonly biasVariance: Estimate;
  /** Factor on the last layer of every residual branch; 1 elsewhere. */
  readonly outerScale: Estimate;
}

/** The initialisation that `--fix` draws; throws UnsupportedOpError with the reason when theory knows none. */
export function requireInitialization(diagnosis: Diagnosis): FixedInitialization {
  const { critical, recommended } = diagnosis;
  if (critical !== null) return { ...critical, outerScale: exact(1, "no residual blocks") };
  if (recommended !== null) return recommended;
  throw withoutCritical(diagnosis);
}

/**
 * A specification with the critical variances of its diagnosis; orthogonal schemes stay orthogonal, others become
 * Gaussian. Residual blocks get the recommended variances of their outer weights (`sv2`).
 *
 * @throws UnsupportedOpError with the reason when theory recommends no initialisation, or when a specification cannot state it
 */
export function criticalSpec(spec: NetworkSpec, diagnosis: Diagnosis): NetworkSpec {
  const { weightVariance, biasVariance, outerScale } = requireInitialization(diagnosis);
  const isScaled = outerScale.value !== 1;
  if (isScaled && !canState(spec)) {
    throw new UnsupportedOpError(
      `fix: a specification cannot scale the branches of ${diagnosis.network.name} by ${outerScale.value.toPrecision(3)}`,
      { hint: "Write the network as an ONNX file instead, which holds the scaled weights." },
    );
  }
  const { scheme } = spec.initialization;
  const keeps = scheme === "orthogonal" || scheme === "delta-orthogonal";
  return {
    ...spec,
    initialization: {
      scheme: keeps ? scheme : "gaussian",
      sigmaW2: weightVariance.value,
      sigmaB2: biasVariance.value,
      sigmaV2: isScaled ? weightVariance.value * outerScale.value : null,
      sigmaA2: isScaled ? biasVariance.value * outerScale.value : null,
    },
  };
}

/** Whether outer weights have a variance of their own: blocks on vectors of He's type have none, norms have a scale instead. */
function canState(spec: NetworkSpec): boolean {
  const { graph, layers, input } = buildNetwork(spec, { batch: 1 });
  const ends = branchEnds(planPath(layers, wiringOf(graph, layers), input.name));
  return spec.normalization === "none" && [...ends].every((index) => layers[index]?.role === "outer");
}

/**
 * The ONNX file of a specification with critical parameters drawn from `stream`, or with those recommended for its residual
 * blocks.
 *
 * @throws UnsupportedOpError with the reason when theory recommends no initialisation
 */
export function writeCriticalSpec(spec: NetworkSpec, diagnosis: Diagnosis, stream: RandomStream): Uint8Array {
  const { outerScale } = requireInitialization(diagnosis);
  const plain = {
    ...diagnosis,
    recommended: diagnosis.recommended && { ...diagnosis.recommended, outerScale: exact(1, "") },
  };
  const critical = criticalSpec(spec, plain);
  const network = buildNetwork(critical, { batch: 1, statistics: "running" });
  const { values } = initialize(network, critical.initialization, stream);
  return exportNetwork(critical, scaleBranches(network, values, outerScale.value));
}

/** Scales the last layer of every residual branch: the normalisation behind it where there is one, else its parameters. */
function scaleBranches(
  network: NetworkGraph,
  values: Readonly<Record<string, Tensor>>,
  scale: number,
): Readonly<Record<string, Tensor>> {
  if (scale === 1) return values;
  const { graph, layers, parameters, input } = network;
  const ends = branchEnds(planPath(layers, wiringOf(graph, layers), input.name));
  const factor = Math.sqrt(scale);
  const scaled = { ...values };
  for (const { name, role, layer } of parameters) {
    const isNormalized = layers[layer]?.normalization !== "none";
    const isMeant = isNormalized ? role === "scale" : role === "weight" || role === "bias";
    const tensor = values[name];
    if (!ends.has(layer) || !isMeant || tensor === undefined) continue;
    scaled[name] = tensorOf(
      tensor.dtype,
      tensor.shape,
      Array.from(tensor.data as Float32Array, (x) => factor * x),
    );
  }
  return scaled;
}
