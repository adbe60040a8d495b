/** Follows the shape of one example through a specification, so that mistakes are found before anything is built. */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { LayerSpec, NetworkSpec } from "./types.ts";

/** Prints a shape as the user writes it. */
export function shapeText(shape: readonly number[]): string {
  return shape.join("x");
}

/** Number of elements. */
export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function fail(
  index: number,
  layer: LayerSpec,
  shape: readonly number[],
  expected: string,
  hint: string,
): never {
  throw new ShapeError(
    `network, layer ${index + 1} (${layer.type}): received an input of shape ${shapeText(shape)}, expected ${expected}.`,
    { hint, data: { layer: index + 1, type: layer.type, shape } },
  );
}

/** Shape of one example after `layer` (with its repetitions). */
export function shapeAfter(layer: LayerSpec, shape: readonly number[], index: number): readonly number[] {
  if (layer.type === "dense") return [layer.width];
  if (layer.type === "image") return layer.shape;
  if (layer.type === "full-residual") {
    if (shape.length === 1 && shape[0] === layer.width) return shape;
    return fail(
      index,
      layer,
      shape,
      `a vector of width ${layer.width}`,
      `Put a dense layer ${layer.width} before it.`,
    );
  }
  if (layer.type === "residual" && shape.length === 1) {
    if (layer.stride === 1) return [layer.width];
    return fail(index, layer, shape, "an image, because it has a stride", "Drop the stride of the block.");
  }
  const [channels, height, width] = shape;
  if (channels === undefined || height === undefined || width === undefined) {
    return fail(
      index,
      layer,
      shape,
      "an image",
      "Begin with an image such as 1x28x28, or use 128x7x7 to make one.",
    );
  }
  if (layer.type === "pool") {
    if (layer.method === "global") return [channels, 1, 1];
    if (layer.size > height || layer.size > width) {
      return fail(index, layer, shape, `at least ${layer.size} positions per side`, "Pool less or later.");
    }
    return [channels, Math.floor(height / layer.size), Math.floor(width / layer.size)];
  }
  const out = layer.type === "residual" ? layer.width : layer.channels;
  let size: [number, number] = [height, width];
  const firstOnly = layer.type === "residual";
  for (let k = 0; k < (firstOnly ? 1 : layer.repeat); k++) {
    size =
      layer.type === "conv-transpose"
        ? [size[0] * layer.stride, size[1] * layer.stride]
        : [Math.ceil(size[0] / layer.stride), Math.ceil(size[1] / layer.stride)];
  }
  return [out, ...size];
}

/** Shapes of one example: the input, then after every layer. */
export function traceShapes(spec: NetworkSpec): readonly (readonly number[])[] {
  if (spec.padding === "circular" && spec.layers.some(({ type }) => type === "conv-transpose")) {
    throw new SpecError(
      "network: received circular padding with a transposed convolution, expected zero padding.",
      {
        hint: "Drop padding=circular.",
      },
    );
  }
  const shapes: (readonly number[])[] = [spec.input];
  spec.layers.forEach((layer, index) => {
    shapes.push(shapeAfter(layer, shapes.at(-1) as readonly number[], index));
  });
  const last = shapes.at(-1) as readonly number[];
  if (spec.kind === "autoencoder" && sizeOfShape(last) !== sizeOfShape(spec.input)) {
    throw new ShapeError(
      `network: an autoencoder received the output ${shapeText(last)}, expected as many values as the input ${shapeText(spec.input)}.`,
      { hint: "Give the encoder alone (784-256-32) to have it mirrored, or end with the input's width." },
    );
  }
  return shapes;
}
