/** Which positions the windows of convolutions and pools read. */
import { ShapeError, SpecError } from "../../base/index.ts";

/** How a convolution goes on over the edge: positions added before and after each axis. */
export type WidePadding =
  /** Zeros, (kernel - 1) / 2 before each axis: the convolutions of network specifications and of PyTorch's padding. */
  | "same"
  /** Zeros, as many as needed with the odd one behind: "SAME" of TensorFlow, JAX and neural-tangents. */
  | "same-upper"
  /** None. */
  | "valid"
  /** The image goes around, (kernel - 1) / 2 before each axis. */
  | "circular";

/** A convolution's window. */
export interface ConvolutionWindow {
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: WidePadding;
}

/** Positions that each output reads, [outputs, taps]; -1: beyond the edge. */
export interface Windows {
  readonly table: Int32Array;
  readonly taps: number;
  readonly out: { readonly height: number; readonly width: number };
}

/** Positions that a convolution reads, row by row of the window. */
export function convolutionWindows(
  { kernel, stride = 1, padding = "same" }: ConvolutionWindow,
  { height, width }: { readonly height: number; readonly width: number },
  name: string,
): Windows {
  if (!(Number.isInteger(kernel) && kernel >= 1 && Number.isInteger(stride) && stride >= 1)) {
    throw new SpecError(
      `kernel, ${name}: received a window of ${kernel} and stride ${stride}, expected whole numbers, at least 1`,
    );
  }
  const axis = (length: number): { before: number; out: number } => {
    if (padding === "valid") {
      if (kernel > length) {
        throw new ShapeError(
          `kernel, ${name}: received a window of ${kernel} x ${kernel} on ${height} x ${width} positions without padding, expected a smaller one`,
        );
      }
      return { before: 0, out: Math.floor((length - kernel) / stride) + 1 };
    }
    const out = Math.ceil(length / stride);
    if (padding !== "same-upper") return { before: Math.floor((kernel - 1) / 2), out };
    return { before: Math.floor(Math.max(0, (out - 1) * stride + kernel - length) / 2), out };
  };
  const [vertical, horizontal] = [axis(height), axis(width)];
  const taps = kernel * kernel;
  const table = new Int32Array(vertical.out * horizontal.out * taps);
  const place = (index: number, length: number): number => {
    if (padding === "circular") return ((index % length) + length) % length;
    return index >= 0 && index < length ? index : -1;
  };
  for (let p = 0; p < vertical.out * horizontal.out; p++) {
    const y0 = Math.floor(p / horizontal.out) * stride - vertical.before;
    const x0 = (p % horizontal.out) * stride - horizontal.before;
    for (let t = 0; t < taps; t++) {
      const y = place(y0 + Math.floor(t / kernel), height);
      const x = place(x0 + (t % kernel), width);
      table[p * taps + t] = y < 0 || x < 0 ? -1 : y * width + x;
    }
  }
  return { table, taps, out: { height: vertical.out, width: horizontal.out } };
}

/** Windows of size x size without overlap. */
export function poolWindows(
  size: number,
  { height, width }: { readonly height: number; readonly width: number },
  name: string,
): Windows {
  if (!(Number.isInteger(size) && size >= 1 && size <= Math.min(height, width))) {
    throw new ShapeError(
      `kernel, ${name}: received a pool of ${size} x ${size} on ${height} x ${width} positions, expected a whole number up to the smaller side`,
    );
  }
  const out = { height: Math.floor(height / size), width: Math.floor(width / size) };
  const taps = size * size;
  const table = new Int32Array(out.height * out.width * taps);
  for (let p = 0; p < out.height * out.width; p++) {
    const [y, x] = [Math.floor(p / out.width) * size, (p % out.width) * size];
    for (let t = 0; t < taps; t++) {
      table[p * taps + t] = (y + Math.floor(t / size)) * width + x + (t % size);
    }
  }
  return { table, taps, out };
}
