/**
 * The phase in which every layer of a given network works: chi at the measured length of its signal and the estimated
 * variance of the weights behind it, chi_l = sigma_{w,l+1}^2 E phi'(sqrt(q_l) z)^2 (Schoenholz et al. 2017, equation 6).
 * A layer is called critical when chi = 1 is within the error of the estimate; half-measured, half-theory: it uses
 * real lengths and weights, but assumes Gaussian pre-activations and independent weights.
 */
import type { Estimate } from "../../base/index.ts";
import { type NetworkLayer, resolveActivation } from "../../networks/index.ts";
import { averageMoments, type Phase } from "../theory/index.ts";
import { successors } from "./chain.ts";
import type { SignalMeasurement } from "./types.ts";
import type { VarianceEstimate } from "./weights.ts";

/** Effective phase of one layer. */
export interface EffectivePhase {
  readonly layer: NetworkLayer;
  /** Predicted growth of squared gradients through this layer's activation and the next layer's weights. */
  readonly chi: Estimate | null;
  readonly phase: Phase | null;
  /** Why there is none; empty otherwise. */
  readonly reason: string;
}

/** Half width of the critical strip in standard errors of chi. */
const criticalErrors = 2;

/**
 * Effective phases of the layers of a network.
 *
 * @param measurement - of `measureModel` or `measureSignal`.
 * @param variances - of `estimateVariances`, for the same layers.
 * @returns one row per layer; layers off the main path of plain layers have a reason instead.
 *
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 * import { layersOf } from "isinglass/networks";
 * import { createStream } from "isinglass/numerics";
 * import { effectivePhases, estimateVariances, measureModel } from "isinglass/signal";
 *
 * const inputs = new Float32Array(16 * 784);
 * createStream(1).fillNormal(inputs);
 * const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx", { batch: 16 });
 * const measurement = await measureModel(graph, { inputs, count: 16, shape: [784] }, createStream(2));
 * effectivePhases(measurement, estimateVariances(graph, layersOf(graph)))[1]?.phase; // => "ordered"
 * ```
 */
export function effectivePhases(
  measurement: SignalMeasurement,
  variances: readonly VarianceEstimate[],
): readonly EffectivePhase[] {
  const { layers } = measurement;
  const chain = layers.flatMap(({ chi }, index) => (chi === null ? [] : [index]));
  const next = successors([...chain, layers.length - 1], layers.length);
  return layers.map(({ layer, q }, index): EffectivePhase => {
    const none = (reason: string): EffectivePhase => ({ layer, chi: null, phase: null, reason });
    const following = next[index] ?? null;
    if (following === null) return none("no layer follows on the main path");
    const behind = variances[following];
    const after = layers[following]?.layer;
    if (behind === undefined || after === undefined) return none("the next layer has no estimated variance");
    if (layer.role !== "plain" || after.role !== "plain")
      return none("a residual block: chi is measured, not predicted");
    if (layer.normalization === "layer" || after.normalization === "layer")
      return none("layer normalisation");
    const slope = averageMoments(resolveActivation(layer.activation ?? "linear"), q.value).slopeSquare;
    const chi: Estimate = {
      value: behind.sigmaW2.value * slope,
      stderr: behind.sigmaW2.stderr === null ? null : behind.sigmaW2.stderr * slope,
      n: behind.sigmaW2.n,
      method: "chi at the measured q and the estimated weight variance",
    };
    return { layer, chi, phase: phaseWithin(chi), reason: "" };
  });
}

function phaseWithin({ value, stderr }: Estimate): Phase {
  if (Math.abs(value - 1) <= criticalErrors * (stderr ?? 0)) return "critical";
  return value < 1 ? "ordered" : "chaotic";
}
