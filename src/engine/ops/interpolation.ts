/** Interpolation along one axis as a matrix [m, n]: the coordinate and rounding conventions of ONNX Resize. */
import { floatOf, intsOf, stringOf } from "./attributes.ts";
import type { Attributes } from "./definition.ts";
import { range } from "./shapes.ts";

/** Position in the input of output position i, by the coordinate_transformation_mode. */
function coordinate(mode: string, i: number, n: number, m: number, scale: number): number {
  switch (mode) {
    case "asymmetric":
      return i / scale;
    case "align_corners":
      return m === 1 ? 0 : (i * (n - 1)) / (m - 1);
    case "pytorch_half_pixel":
      return m === 1 ? 0 : (i + 0.5) / scale - 0.5;
    case "half_pixel_symmetric": {
      const adjustment = m / (scale * n);
      return (n / 2) * (1 - adjustment) + (i + 0.5) / scale - 0.5;
    }
    default:
      return (i + 0.5) / scale - 0.5;
  }
}

const NEAREST: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Keys' cubic convolution kernel (1981) with parameter a, at distances around fraction t. */
function cubicWeights(t: number, a: number): number[] {
  const near = (d: number): number => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number): number => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return [far(1 + t), near(t), near(1 - t), far(2 - t)];
}

/** [m, n] matrix that interpolates an axis of n to m, row-major. */
function interpolationMatrix(attributes: Attributes, n: number, m: number, scale: number): Float64Array {
  const matrix = new Float64Array(m * n);
  const mode = stringOf(attributes, "mode", "nearest");
  const transformation = stringOf(attributes, "coordinate_transformation_mode", "half_pixel");
  const nearest = NEAREST[stringOf(attributes, "nearest_mode", "round_prefer_floor")] as (
    x: number,
  ) => number;
  const put = (row: number, column: number, weight: number): void => {
    const at = row * n + Math.min(Math.max(column, 0), n - 1);
    matrix[at] = (matrix[at] as number) + weight;
  };
  for (let i = 0; i < m; i++) {
    const x = coordinate(transformation, i, n, m, scale);
    const floor = Math.floor(x);
    const t = x - floor;
    if (mode === "nearest") put(i, nearest(x), 1);
    else if (mode === "cubic") {
      const weights = cubicWeights(t, floatOf(attributes, "cubic_coeff_a", -0.75));
      for (const [k, weight] of weights.entries()) put(i, floor - 1 + k, weight);
    } else {
      put(i, floor, 1 - t);
      put(i, floor + 1, t);
    }
  }
  return matrix;
}

/** One axis that changes: n elements become m by a matrix [m, n]. */
export interface AxisStep {
  readonly axis: number;
  readonly n: number;
  readonly m: number;
  readonly matrix: Float64Array;
}

/** Output shape, and the axes that change. */
export interface ResizePlan {
  readonly shape: readonly number[];
  readonly steps: readonly AxisStep[];
}

/** What Resize does to an input of this shape, from its scales (input 2) or its sizes (input 3). */
export function resizePlan(
  attributes: Attributes,
  shape: readonly number[],
  scales: readonly number[] | null,
  sizes: readonly number[] | null,
): ResizePlan | null {
  const axes = intsOf(attributes, "axes") ?? range(shape.length);
  const given = sizes ?? scales;
  const policy = stringOf(attributes, "keep_aspect_ratio_policy", "stretch");
  if (given?.length !== axes.length || policy !== "stretch") return null;
  const target = [...shape];
  const steps: AxisStep[] = [];
  for (const [i, axis] of axes.entries()) {
    const n = shape[axis] as number;
    const m = sizes ? (sizes[i] as number) : Math.floor(n * (given[i] as number));
    const scale = sizes ? m / n : (given[i] as number);
    target[axis] = m;
    if (m !== n || scale !== 1)
      steps.push({ axis, n, m, matrix: interpolationMatrix(attributes, n, m, scale) });
  }
  return { shape: target, steps };
}
