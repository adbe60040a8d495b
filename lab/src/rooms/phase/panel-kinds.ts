/** The panels beside the diagram: what each plots of a network, and over which ranges. */
import { formatNumber } from "../../../../src/figures/basics/index.ts";
import type { PointResult } from "./point-messages.ts";
import { state } from "./state.ts";

/** A panel: what it plots of a network. */
export interface Panel {
  readonly name: string;
  readonly title: string;
  readonly caption: () => string;
  /** `shared`: the name of an axis that other panels have too. */
  readonly x: { readonly label: string; readonly shared?: string };
  readonly y: { readonly label: string };
  readonly curve: (
    result: PointResult,
  ) => { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> } | null;
  /** Points upon the main curve. */
  readonly points?: (result: PointResult) => { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> };
  readonly level?: (result: PointResult) => number;
  readonly ranges: (shown: readonly PointResult[]) => {
    readonly x: readonly [number, number];
    readonly y: readonly [number, number];
    readonly isLogarithmic?: boolean;
  };
  readonly hasDiagonal?: boolean;
  readonly note: string;
}

const layersOf = ({ q }: PointResult): Float64Array => Float64Array.from(q, (_, i) => i + 1);
const depthRange = (): readonly [number, number] => [1, state.depth.value];

/** c -> c' at the limiting variance. */
export const mapPanel: Panel = {
  name: "correlation-map",
  title: "Correlation map",
  caption: () => "One layer takes c to c′; dots: the layers; grey: c′ = c.",
  x: { label: "c" },
  y: { label: "c′" },
  curve: ({ map }) => (map === null ? null : { x: map.c, y: map.next }),
  points: ({ c }) => ({ x: c.subarray(0, -1), y: c.subarray(1) }),
  ranges: (shown) => {
    const low = shown.some(({ request }) => request.cosine < 0) ? -1 : 0;
    return { x: [low, 1], y: [low, 1] };
  },
  hasDiagonal: true,
  note: "no map: the variance settles at no positive number",
};

/** c_l over depth. */
export const correlationPanel: Panel = {
  name: "correlation",
  title: "Correlation with depth",
  caption: () => `Two inputs with cosine ${formatNumber(state.cosine.value)}; dashed: c*.`,
  x: { label: "layer", shared: "depth" },
  y: { label: "c_l" },
  curve: (result) => ({ x: layersOf(result), y: result.c }),
  level: ({ field }) => field.c.value,
  ranges: (shown) => ({
    x: depthRange(),
    y: [Math.min(0, ...shown.map(({ c }) => c.reduce((a, b) => Math.min(a, b), 0))), 1],
  }),
  note: "",
};

/** q_l over depth. */
export const variancePanel: Panel = {
  name: "variance",
  title: "Variance with depth",
  caption: () => "Of pre-activations, inputs of mean square 1; dashed: q*.",
  x: { label: "layer", shared: "depth" },
  y: { label: "q_l" },
  curve: (result) => ({ x: layersOf(result), y: result.q }),
  level: ({ field }) => field.q.value,
  ranges: (shown) => ({ x: depthRange(), ...varianceRange(shown) }),
  note: "",
};

/** From zero, or logarithmic where variances cover more than two decades. */
function varianceRange(shown: readonly PointResult[]): {
  y: readonly [number, number];
  isLogarithmic: boolean;
} {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const { q } of shown)
    for (const value of q) {
      if (!(value > 0 && Number.isFinite(value))) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (!(high > 0)) return { y: [0, 1], isLogarithmic: false };
  if (high / low > 100) return { y: [Math.max(low, high * 1e-12), high], isLogarithmic: true };
  return { y: [0, roundUp(high * 1.05)], isLogarithmic: false };
}

/** To the next of 1, 1.5, 2, 3, 5, 7 times a power of ten, so that the axis rests while dragging. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 1.5, 2, 3, 5, 7, 10].find((lead) => lead * power >= value) ?? 10);
}
