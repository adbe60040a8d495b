/**
 * Residual blocks. He-type (He et al. 2016, with the activation after the sum): y = f(conv(f(conv x)) + x) on images,
 * y = f(f(W x + b) + x) on vectors. Full: y = x + V f(W x + b) + a (Yang and Schoenholz 2017, section 2).
 */
import { add, type ValueInfo } from "../../engine/index.ts";
import type { Activation } from "../activations/index.ts";
import { activate } from "./activate.ts";
import { type BuildContext, nextNumber, type Place } from "./context.ts";
import { convolution, dense, flatten } from "./linear.ts";

function placeIn(block: number, part: string, role: Place["role"]): Place {
  return { name: `block${block}.${part}`, block, role };
}

/** Sizes of a He-type block. */
export interface BlockSize {
  readonly width: number;
  readonly kernel: number;
  readonly stride: number;
}

/** One He-type block. */
export function residualBlock(
  context: BuildContext,
  x: ValueInfo,
  size: BlockSize,
  last: Activation | null,
): ValueInfo {
  return x.shape.length === 2
    ? vectorBlock(context, x, size.width, last)
    : imageBlock(context, x, size, last);
}

function vectorBlock(context: BuildContext, x: ValueInfo, width: number, last: Activation | null): ValueInfo {
  const block = nextNumber(context, "block");
  let skip = x;
  if (x.shape[1] !== width) {
    const shortcut = dense(context, x, placeIn(block, "shortcut", "shortcut"), width);
    skip = activate(context, shortcut, { activation: null });
  }
  const inner = activate(context, dense(context, x, placeIn(block, "dense1", "inner"), width), {
    activation: context.activation,
    isDropped: true,
  });
  const sum = add(context.b, inner, skip);
  return last === null ? sum : last.build(context.b, sum);
}

function imageBlock(
  context: BuildContext,
  x: ValueInfo,
  { width, kernel, stride }: BlockSize,
  last: Activation | null,
): ValueInfo {
  const block = nextNumber(context, "block");
  let skip = x;
  if (x.shape[1] !== width || stride !== 1) {
    const place = placeIn(block, "shortcut", "shortcut");
    const shortcut = convolution(context, x, place, { channels: width, kernel: 1, stride });
    skip = activate(context, shortcut, { activation: null });
  }
  const first = convolution(context, x, placeIn(block, "conv1", "inner"), {
    channels: width,
    kernel,
    stride,
  });
  const inner = activate(context, first, { activation: context.activation, isDropped: true });
  const second = convolution(context, inner, placeIn(block, "conv2", "outer"), {
    channels: width,
    kernel,
    stride: 1,
  });
  return activate(context, second, { activation: last, skip });
}

/** One block of Yang and Schoenholz; the stream passes unchanged through the skip connection. */
export function fullResidualBlock(
  context: BuildContext,
  x: ValueInfo,
  width: number,
  last: Activation | null,
): ValueInfo {
  const block = nextNumber(context, "block");
  const stream = flatten(context, x);
  const inner = activate(context, dense(context, stream, placeIn(block, "inner", "inner"), width), {
    activation: context.activation,
    isDropped: true,
  });
  const outer = dense(context, inner, placeIn(block, "outer", "outer"), width);
  return activate(context, outer, { activation: last, skip: stream });
}
