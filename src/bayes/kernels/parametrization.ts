/**
 * What the NTK counts: gradients with respect to which parameters, at which relative learning rates. The kernels of layer l follow
 *
 *     K = b + w V,   Theta = rb + rw V + w S Theta_before,   V = E phi phi (x.y / N0 at first), S = E phi' phi'
 *
 * and the parametrisation says rb and rw, with n_in and n_out the widths on both sides of the layer:
 *
 * | | output layer's w | rw | rb |
 * | --- | --- | --- | --- |
 * | "ntk": h = sqrt(w / n_in) W x + sqrt(b) B, all parameters N(0, 1) | w | w | b |
 * | "standard": h = W x + B, W ~ N(0, w / n_in), B ~ N(0, b), one learning rate | w | n_in | 1 |
 * | "mup": as "standard", with the rates of maximal-update training by gradient descent | w / n_in | n_in n_out (first), n_in (hidden), 1 (output) | n_out, 1 (output) |
 *
 * Of a convolution n_in is the fan-in c k^2 of all taps, of a dense layer behind an image c times its positions, n_out the number of
 * channels; V is then the mean over taps or positions, so that rw V sums the products of everything that meets one weight.
 *
 * Sources: Jacot, Gabriel and Hongler 2018; Sohl-Dickstein et al. 2020 (arXiv:2001.07301), section 2; Yang et al. 2022
 * (arXiv:2203.03466), table 3, SGD: weights of inputs and all biases have rates proportional to fan-out, of outputs to 1 / fan-in.
 */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { DenseKernelSpec, KernelParametrization, LayerMap, LayerVariances } from "./types.ts";

/** The maps of all layers of `spec` on inputs of N0 features, the readout last; throws SpecError or ShapeError. */
export function layerMaps(spec: DenseKernelSpec, features: number): LayerMap[] {
  const { layers, activations, parametrization = { kind: "ntk" } } = spec;
  if (layers.length !== activations.length + 1) {
    throw new ShapeError(
      `kernel: received ${layers.length} layers and ${activations.length} activations, expected one layer more`,
    );
  }
  for (const variances of layers) checkVariances(variances);
  const hidden = checkWidths(parametrization, activations.length, "hidden layers");
  return layers.map((variances, l) =>
    layerMap(parametrization.kind, variances, {
      fanIn: l === 0 ? features : (hidden[l - 1] as number),
      fanOut: hidden[l] ?? null,
      isFirst: l === 0,
    }),
  );
}

/** Where a weight layer stands. */
export interface LayerPlace {
  /** Inputs that one output adds up. */
  readonly fanIn: number;
  /** Units or channels; null: the readout, whose number does not matter. */
  readonly fanOut: number | null;
  /** Whether it acts on the inputs of the network, whose number is not a width. */
  readonly isFirst: boolean;
}

/** The map of one layer, see the table above. */
export function layerMap(
  kind: KernelParametrization["kind"],
  { weightVariance: w, biasVariance: b, hasBias = b > 0 }: LayerVariances,
  { fanIn, fanOut, isFirst }: LayerPlace,
): LayerMap {
  if (kind === "ntk") return { b, w, rb: b, rw: w };
  const trained = Number(hasBias);
  if (kind === "standard") return { b, w, rb: trained, rw: fanIn };
  const rb = trained * (fanOut ?? 1);
  if (isFirst) return { b, w, rb, rw: fanIn * (fanOut ?? 1) };
  return fanOut === null ? { b, w: w / fanIn, rb, rw: 1 } : { b, w, rb, rw: fanIn };
}

/** Throws SpecError for a variance that no layer can have. */
export function checkVariances({ weightVariance, biasVariance, hasBias }: LayerVariances): void {
  if (!(weightVariance > 0 && biasVariance >= 0 && Number.isFinite(weightVariance + biasVariance))) {
    throw new SpecError(
      `kernel: received weight variance ${weightVariance} and bias variance ${biasVariance}, expected them above 0 and at least 0`,
    );
  }
  if (hasBias === false && biasVariance > 0) {
    throw new SpecError(`kernel: received bias variance ${biasVariance} for a layer without biases`, {
      hint: "drop hasBias: false, or set the variance to 0",
    });
  }
}

/** Widths as a parametrisation states them, none for "ntk"; throws unless there are `count` of them. */
export function checkWidths(
  parametrization: KernelParametrization,
  count: number,
  layers: string,
): readonly number[] {
  if (parametrization.kind === "ntk") return [];
  const { kind, widths } = parametrization;
  if (widths.length !== count) {
    throw new ShapeError(
      `kernel: received ${widths.length} widths for the ${kind} parametrization, expected one for each of ${count} ${layers}`,
    );
  }
  const wrong = widths.find((width) => !(Number.isInteger(width) && width > 0));
  if (wrong !== undefined) {
    throw new SpecError(`kernel: received width ${wrong}, expected whole numbers of units, at least 1`);
  }
  return widths;
}
