/** Writes a specification back as text: `parseNetwork(formatNetwork(spec))` equals `spec`. */
import type { LayerSpec, NetworkSpec } from "./types.ts";

function times(repeat: number): string {
  return repeat === 1 ? "" : `x${repeat}`;
}

function convolutionText(
  letter: string,
  width: number,
  layer: LayerSpec & { kernel: number; stride: number; repeat: number },
): string {
  const kernel = layer.kernel === (letter === "t" ? 4 : 3) ? "" : `k${layer.kernel}`;
  const stride = layer.stride === (letter === "t" ? 2 : 1) ? "" : `/${layer.stride}`;
  return `${letter}${width}${kernel}${stride}${times(layer.repeat)}`;
}

function layerText(layer: LayerSpec): string {
  switch (layer.type) {
    case "dense":
      return `${layer.width}${times(layer.repeat)}`;
    case "image":
      return layer.shape.join("x");
    case "conv":
      return convolutionText("c", layer.channels, layer);
    case "conv-transpose":
      return convolutionText("t", layer.channels, layer);
    case "residual":
      return convolutionText("b", layer.width, layer);
    case "full-residual":
      return `y${layer.width}${times(layer.repeat)}`;
    case "pool":
      return layer.method === "global" ? "gap" : `${layer.method === "max" ? "max" : "avg"}${layer.size}`;
  }
}

/**
 * The shortest complete text of a specification: kind, layers, activation and every option that is not a default.
 *
 * @example
 * ```ts
 * import { formatNetwork, parseNetwork } from "isinglass/networks";
 *
 * formatNetwork(parseNetwork("784-300-300-10 tanh sw2=1.5")); // => "mlp:784-300x2-10 tanh init=gaussian sw2=1.5"
 * ```
 */
export function formatNetwork(spec: NetworkSpec): string {
  const { initialization: init } = spec;
  const variances = [
    ["sw2", init.sigmaW2],
    ["sb2", init.sigmaB2],
    ["sv2", init.sigmaV2],
    ["sa2", init.sigmaA2],
  ] as const;
  const words = [
    `${spec.kind}:${[spec.input.join("x"), ...spec.layers.map(layerText)].join("-")}`,
    spec.activation,
    ...(spec.output === (spec.kind === "generator" ? "tanh" : "linear")
      ? []
      : [`output=${spec.output.replaceAll(" ", "")}`]),
    ...(spec.normalization === "none" ? [] : [`norm=${spec.normalization}`]),
    ...(spec.padding === "zero" ? [] : [`padding=${spec.padding}`]),
    ...(spec.bias ? [] : ["bias=no"]),
    ...(spec.keepRate === undefined ? [] : [`keep=${spec.keepRate}`]),
    `init=${init.scheme}`,
    ...variances.flatMap(([key, value]) => (value === null ? [] : [`${key}=${value}`])),
  ];
  return words.join(" ");
}
