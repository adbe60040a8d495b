/** How the parameters of a training begin: as a named scheme says, at mean-field criticality, or layer by layer. */
import { SpecError } from "../../base/index.ts";
import { drawWithVariances, type LayerVariance } from "../../flow/index.ts";
import {
  type InitializationSpec,
  type NetworkSpec,
  type ParameterValues,
  resolveActivation,
  type SchemeName,
} from "../../networks/index.ts";
import { createStream } from "../../numerics/index.ts";
import { solveReachableCritical } from "../../signal/index.ts";

/** How parameters begin: a named scheme, "critical" for mean-field criticality, or variances layer by layer. */
export type FamilyInitialization =
  | SchemeName
  | "critical"
  | InitializationSpec
  | { readonly sigmaW2: readonly number[]; readonly sigmaB2: readonly number[] };

/** Bias variance at which "critical" is solved when nothing else is said. */
const BIAS = 0.05;

/**
 * A specification with another initialisation.
 *
 * @throws SpecError when no weight variance is critical for the activation
 * @example
 * ```ts
 * import { parseNetwork } from "isinglass/networks";
 * import { withInitialization } from "isinglass/runs";
 *
 * withInitialization(parseNetwork("4-8-2 tanh"), "critical").initialization.sigmaW2; // => 1.76095
 * ```
 */
export function withInitialization(
  spec: NetworkSpec,
  initialization: SchemeName | "critical" | InitializationSpec,
  criticalBias: number = BIAS,
): NetworkSpec {
  const none = { sigmaW2: null, sigmaB2: null, sigmaV2: null, sigmaA2: null };
  if (typeof initialization !== "string") return { ...spec, initialization };
  if (initialization !== "critical") {
    return { ...spec, initialization: { ...none, scheme: initialization } };
  }
  const point = solveReachableCritical(resolveActivation(spec.activation), criticalBias);
  if (point === null) {
    throw new SpecError(`initialisation "critical": ${spec.activation} has no critical point`, {
      hint: "give variances: sw2=... sb2=...",
    });
  }
  return {
    ...spec,
    initialization: {
      ...none,
      scheme: "gaussian",
      sigmaW2: point.sigmaW2,
      sigmaB2: spec.bias ? point.sigmaB2 : null,
    },
  };
}

/** What decides the first values. */
export interface BeginOptions {
  readonly initialization?: FamilyInitialization;
  readonly criticalBias?: number;
  readonly seed: number;
}

/** The specification, and first values where they differ from layer to layer. */
export function begin(
  spec: NetworkSpec,
  { initialization, criticalBias, seed }: BeginOptions,
): { readonly spec: NetworkSpec; readonly initial?: ParameterValues } {
  if (initialization === undefined) return { spec };
  if (typeof initialization === "string" || "scheme" in initialization) {
    return { spec: withInitialization(spec, initialization, criticalBias) };
  }
  const { sigmaW2, sigmaB2 } = initialization;
  const variances = sigmaW2.map((variance, i): LayerVariance => {
    const bias = sigmaB2[i];
    if (bias === undefined) {
      throw new SpecError(`initialisation: ${sigmaW2.length} weight and ${sigmaB2.length} bias variances`, {
        hint: "Give one of each for every weight layer.",
      });
    }
    return { layer: String(i), sigmaW2: variance, sigmaB2: bias };
  });
  const stream = createStream(seed).fork("train").fork("parameters").fork(spec.kind);
  return { spec, initial: drawWithVariances(spec, variances, stream) };
}
