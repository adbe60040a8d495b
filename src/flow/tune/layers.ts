/**
 * Parameters with variances of their own in every weight layer. All draws are scaled copies of the same standard normal
 * numbers, so that a change of one layer's variance leaves everything else as it was (common random numbers).
 */
import { SpecError } from "../../base/index.ts";
import {
  buildNetwork,
  initialize,
  type NetworkLayer,
  type NetworkSpec,
  type ParameterValues,
} from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";

/** Variances of one weight layer. */
export interface LayerVariance {
  readonly layer: string;
  /** Weight variance times fan-in. */
  readonly sigmaW2: number;
  readonly sigmaB2: number;
}

/** The same variances in all weight layers. */
export function uniformVariances(spec: NetworkSpec, sigmaW2: number, sigmaB2: number): LayerVariance[] {
  return buildNetwork(spec, { batch: 1 }).layers.map(({ name }) => ({ layer: name, sigmaW2, sigmaB2 }));
}

/**
 * Draws Gaussian parameters with given variances: W ~ N(0, sigmaW2 / fan-in), b ~ N(0, sigmaB2) layer by layer.
 *
 * @param variances one entry for each weight layer, in the order of the network
 * @throws SpecError when a layer is missing or a variance is negative
 * @example
 * ```ts
 * import { drawWithVariances, uniformVariances } from "isinglass/flow";
 * import { parseNetwork } from "isinglass/networks";
 * import { createStream } from "isinglass/numerics";
 * const spec = parseNetwork("4-8-2 tanh");
 * const values = drawWithVariances(spec, uniformVariances(spec, 1.5, 0), createStream(1));
 * values["dense1.weight"]?.shape; // => [8, 4]
 * ```
 */
export function drawWithVariances(
  spec: NetworkSpec,
  variances: readonly LayerVariance[],
  stream: RandomStream,
): ParameterValues {
  const network = buildNetwork(spec, { batch: 1 });
  const unit = { scheme: "gaussian", sigmaW2: 1, sigmaB2: 1, sigmaV2: null, sigmaA2: null } as const;
  const { values } = initialize(network, unit, stream);
  const scaled: Record<string, ParameterValues[string]> = { ...values };
  network.layers.forEach((layer, index) => {
    const variance = requireVariance(variances[index], layer);
    scale(scaled, layer.weight, Math.sqrt(variance.sigmaW2));
    if (layer.bias !== null) scale(scaled, layer.bias, Math.sqrt(variance.sigmaB2));
  });
  return scaled;
}

function requireVariance(variance: LayerVariance | undefined, { name }: NetworkLayer): LayerVariance {
  if (variance !== undefined && variance.sigmaW2 >= 0 && variance.sigmaB2 >= 0) return variance;
  throw new SpecError(
    `drawWithVariances: received ${JSON.stringify(variance ?? null)} for ${name}, expected its variances, at least 0`,
  );
}

function scale(values: Record<string, ParameterValues[string]>, name: string, factor: number): void {
  const tensor = values[name];
  if (tensor === undefined) throw new Error(`internal: no parameter ${name}`);
  const data = Float32Array.from(tensor.data as Float32Array, (value) => factor * value);
  values[name] = { dtype: "float32", shape: tensor.shape, data };
}

/** Groups of neighbouring weight layers that are tuned together: at most `most`, of nearly equal size. */
export function groupLayers(count: number, most: number): (readonly [from: number, to: number])[] {
  const groups = Math.min(count, most);
  return Array.from({ length: groups }, (_, k) => [
    Math.round((k * count) / groups),
    Math.round(((k + 1) * count) / groups),
  ]);
}

/** Variances with the weights of one group multiplied by a factor. */
export function scaleGroup(
  variances: readonly LayerVariance[],
  [from, to]: readonly [number, number],
  factor: number,
): LayerVariance[] {
  return variances.map((variance, i) =>
    i >= from && i < to ? { ...variance, sigmaW2: variance.sigmaW2 * factor } : variance,
  );
}
