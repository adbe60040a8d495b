/** Layers of a specification as blocks to look at and to edit. */
import type { LayerSpec, NetworkSpec } from "../../../../src/networks/spec/index.ts";

/** A number of a layer that can be edited. */
export interface BlockNumber {
  readonly key: string;
  readonly label: string;
  readonly value: number;
}

/** One block of the diagram. */
export interface Block {
  readonly title: string;
  /** What it makes: "300", "64 channels 3×3". */
  readonly detail: string;
  readonly repeat: number;
  readonly numbers: readonly BlockNumber[];
}

type Kind = LayerSpec["type"];

const TITLES: Readonly<Record<Kind, string>> = {
  dense: "dense",
  image: "dense to image",
  conv: "convolution",
  "conv-transpose": "transposed convolution",
  pool: "pooling",
  residual: "residual block",
  "full-residual": "residual block",
};

const LABELS: Readonly<Record<string, string>> = {
  width: "units",
  channels: "channels",
  kernel: "kernel",
  stride: "stride",
  repeat: "times",
  size: "window",
};

/** A layer as a block. */
export function blockOf(layer: LayerSpec): Block {
  const values = Object.entries(layer).filter(
    (entry): entry is [string, number] =>
      typeof entry[1] === "number" && !(layer.type === "pool" && layer.method === "global"),
  );
  return {
    title: layer.type === "pool" ? `${layer.method} pooling` : TITLES[layer.type],
    detail: detailOf(layer),
    repeat: "repeat" in layer ? layer.repeat : 1,
    numbers: values.map(([key, value]) => ({ key, label: LABELS[key] ?? key, value })),
  };
}

function detailOf(layer: LayerSpec): string {
  switch (layer.type) {
    case "dense":
      return String(layer.width);
    case "image":
      return layer.shape.join(" × ");
    case "conv":
    case "conv-transpose":
      return `${layer.channels} channels, ${layer.kernel} × ${layer.kernel}${layer.stride === 1 ? "" : `, stride ${layer.stride}`}`;
    case "pool":
      return layer.method === "global" ? "all positions" : `${layer.size} × ${layer.size}`;
    case "residual":
      return `${layer.width}${layer.stride === 1 ? "" : `, stride ${layer.stride}`}`;
    case "full-residual":
      return String(layer.width);
  }
}

/** New layers by what a person calls them. */
export const NEW_LAYERS: Readonly<Record<string, LayerSpec>> = {
  dense: { type: "dense", width: 300, repeat: 1 },
  convolution: { type: "conv", channels: 32, kernel: 3, stride: 1, repeat: 1 },
  "max pooling": { type: "pool", method: "max", size: 2 },
  "average over positions": { type: "pool", method: "global", size: 1 },
  "residual block": { type: "residual", width: 300, kernel: 3, stride: 1, repeat: 1 },
};

/** The specification with layer `at` changed in one number. */
export function withNumber(spec: NetworkSpec, at: number, key: string, value: number): NetworkSpec {
  const layers = spec.layers.map((layer, i) =>
    i === at ? ({ ...layer, [key]: value } as LayerSpec) : layer,
  );
  return { ...spec, layers };
}

/** The specification with a layer added behind layer `at`; -1 is the front. */
export function withLayer(spec: NetworkSpec, at: number, layer: LayerSpec): NetworkSpec {
  return { ...spec, layers: spec.layers.toSpliced(at + 1, 0, layer) };
}

/** The specification without layer `at`. */
export function withoutLayer(spec: NetworkSpec, at: number): NetworkSpec {
  return { ...spec, layers: spec.layers.toSpliced(at, 1) };
}

/** The specification with layer `at` one place earlier or later. */
export function withMovedLayer(spec: NetworkSpec, at: number, by: -1 | 1): NetworkSpec {
  const layer = spec.layers[at];
  if (layer === undefined || at + by < 0 || at + by >= spec.layers.length) return spec;
  return { ...spec, layers: spec.layers.toSpliced(at, 1).toSpliced(at + by, 0, layer) };
}
