/**
 * The flow map: how much of the input is left (colour) by depth and weight variance, with the cutoff curve, the depths
 * 6 xi_c and 8 xi_c of mean-field theory, and networks that were really trained on top (after arXiv 2406.12916, figure 3).
 */
import type { Markish } from "@observablehq/plot";
import { formatNumber, sampleSequential } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions, type PlotLibrary } from "./figure.ts";
import { colorBarMark, type Shading } from "./heatmap.ts";
import { encodePng, pngDataUrl } from "./png.ts";
import { svgMaker } from "./svg-maker.ts";

/** A scan over weight variances; each column is one cascade. */
export interface FlowScanInput {
  readonly title: string;
  /** Identifier for file names. Default "flow-scan". */
  readonly name?: string;
  /** Instead of the usual caption. */
  readonly caption?: string;
  /** Colours: viridis for entropies, cividis for accuracies. Default "viridis". */
  readonly colors?: "viridis" | "cividis";
  /** What the colour is: "Gram entropy, share of the input's". */
  readonly quantity: string;
  /** Weight variances times fan-in, ascending; distances may differ. */
  readonly sigmaW2: readonly number[];
  /** Depths, ascending; distances may differ. */
  readonly depths: readonly number[];
  /** [depths.length, sigmaW2.length], row by row from the smallest depth. */
  readonly values: ArrayLike<number>;
  /** Colour scale; the range of the values otherwise. */
  readonly range?: readonly [number, number];
  /** "root" gives small values more of the colours: positions are square roots above the smallest. Default "linear". */
  readonly spacing?: "linear" | "root";
  /** Depth of the predicted boundary in each column; null where the input reaches the end. */
  readonly boundary: readonly (number | null)[];
  /** The depth scale of theory on a fine grid; empty without theory. */
  readonly depthScale: readonly { readonly sigmaW2: number; readonly xiC: number }[];
  /** Networks that were trained. */
  readonly trained?: readonly TrainedPoint[];
  /** What the boundary means, after "where". Default: "the input is lost". */
  readonly boundaryMeaning?: string;
  /** Score from which a network counts as trained. */
  readonly threshold?: number;
  /** What networks are scored by. Default "accuracy". */
  readonly score?: string;
}

/** One network that was trained. */
export interface TrainedPoint {
  readonly sigmaW2: number;
  readonly depth: number;
  readonly score: number;
}

const MULTIPLES = [6, 8] as const;

/** Draws the map. */
export function drawFlowScan(input: FlowScanInput, options: FigureOptions): Promise<Figure> {
  const { sigmaW2, depths, values, quantity, trained = [], threshold = 0.5 } = input;
  const [low, high] = input.range ?? rangeOf(values);
  const isRoot = input.spacing === "root";
  const bend = (value: number): number => (isRoot ? Math.sqrt(Math.max(0, value - low)) : value);
  const unbend = (position: number): number => (isRoot ? low + position * position : position);
  const [min, max] = [bend(low), bend(high)];
  const shading: Shading = { scale: input.colors ?? "viridis", min, max };
  const painted = Array.from(values, bend);
  const edgesX = cellEdges(sigmaW2);
  const edgesY = cellEdges(depths);
  const domainX: [number, number] = [edgesX[0] as number, edgesX.at(-1) as number];
  const domainY: [number, number] = [Math.max(0, edgesY[0] as number), edgesY.at(-1) as number];
  const drawing: Drawing = {
    name: input.name ?? "flow-scan",
    title: input.title,
    caption: input.caption ?? describe(input),
    aspect: 0.64,
    table: {
      columns: ["sigma_w^2", "depth", quantity],
      rows: depths.flatMap((depth, i) =>
        sigmaW2.map((x, j) => [x, depth, orNull(values[i * sigmaW2.length + j] as number)]),
      ),
    },
    plot: (plot) => ({
      ...{ marginTop: 40, marginRight: 96 },
      x: {
        domain: domainX,
        label: "weight variance × fan-in, σ_w² →",
        labelAnchor: "center",
        labelArrow: "none",
      },
      y: { domain: domainY, label: "↑ depth (blocks)", labelArrow: "none" },
      marks: [
        columnsMark({ ...input, values: painted }, edgesX, edgesY, shading),
        ...theoryCurves(plot, input, domainY[1]),
        ...boundaryMarks(plot, input, edgesX, domainY[1]),
        ...trainedMarks(plot, trained, threshold),
        legend(input),
        colorBarMark(shading, {
          label: "",
          ticks: Array.from({ length: 5 }, (_, i) => min + ((max - min) * i) / 4),
          format: (tick) => formatNumber(Math.abs(unbend(tick)) < (high - low) / 1000 ? 0 : unbend(tick), 2),
        }),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

function describe(input: FlowScanInput): string {
  const {
    quantity,
    trained = [],
    threshold = 0.5,
    score = "accuracy",
    depthScale,
    boundaryMeaning = "the input is lost",
  } = input;
  const theory = depthScale.length === 0 ? "" : " Dashed and dotted: 6 ξ_c and 8 ξ_c of mean-field theory.";
  const dots =
    trained.length === 0
      ? ""
      : ` Circles: networks of that depth that reached ${/^[aeio]/.test(score) ? "an" : "a"} ${score} of ${formatNumber(threshold, 2)} or more in training; crosses: those that did not.`;
  return `Colour: ${quantity}. Bright means that the input can be reconstructed from that depth. Solid steps: the predicted boundary, where ${boundaryMeaning}.${theory}${dots}`;
}

/** Borders of cells: midpoints, and as far outside as inside at the ends. */
function cellEdges(centres: readonly number[]): number[] {
  if (centres.length === 1) return [(centres[0] as number) - 0.5, (centres[0] as number) + 0.5];
  const middle = centres.slice(1).map((x, i) => (x + (centres[i] as number)) / 2);
  const [first, last] = [centres[0] as number, centres.at(-1) as number];
  return [2 * first - (middle[0] as number), ...middle, 2 * last - (middle.at(-1) as number)];
}

function rangeOf(values: ArrayLike<number>): [number, number] {
  const finite = Array.from(values).filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return high > low ? [low, high] : [low - 0.5, low + 0.5];
}

/** One picture per column: columns and rows may have different sizes. */
function columnsMark(
  { sigmaW2, depths, values }: FlowScanInput,
  edgesX: readonly number[],
  edgesY: readonly number[],
  { scale, min, max }: Shading,
): Markish {
  const [low, high] = [Math.max(0, edgesY[0] as number), edgesY.at(-1) as number];
  const repeat = Math.max(1, Math.ceil(600 / depths.length));
  const height = depths.length * repeat;
  const rowOf = (pixel: number): number => {
    const depth = low + ((pixel + 0.5) / height) * (high - low);
    return Math.max(0, edgesY.findIndex((edge) => edge > depth) - 1);
  };
  const rows = Array.from({ length: height }, (_, pixel) => rowOf(pixel));
  const urls = sigmaW2.map((_, j) => {
    const rgba = new Uint8Array(4 * height);
    rows.forEach((row, pixel) => {
      const value = values[row * sigmaW2.length + j] as number;
      if (!Number.isFinite(value)) return;
      rgba.set([...sampleSequential(scale, (value - min) / (max - min)), 255], 4 * (height - 1 - pixel));
    });
    return pngDataUrl(encodePng(rgba, 1, height));
  });
  return (_index, scales, _channels, _dimensions, context) => {
    const scaleX = scales.x as unknown as (value: number) => number;
    const scaleY = scales.y as unknown as (value: number) => number;
    const group = context.document.createElementNS("http://www.w3.org/2000/svg", "g") as SVGElement;
    const top = scaleY(edgesY.at(-1) as number);
    const bottom = scaleY(Math.max(0, edgesY[0] as number));
    urls.forEach((url, j) => {
      const left = scaleX(edgesX[j] as number);
      // a hair wider, so that no seam shows between columns
      const width = scaleX(edgesX[j + 1] as number) - left + 0.4;
      const image = context.document.createElementNS("http://www.w3.org/2000/svg", "image");
      const attributes = {
        ...{ href: url, x: left, y: top, width, height: bottom - top },
        ...{ preserveAspectRatio: "none", style: "image-rendering:pixelated" },
      };
      for (const [name, value] of Object.entries(attributes)) image.setAttribute(name, String(value));
      group.append(image);
    });
    return group;
  };
}

/** A line that is seen on dark and on bright cells. */
function outlined(
  plot: PlotLibrary,
  data: readonly { readonly x: number; readonly depth: number }[],
  options: Readonly<Record<string, unknown>> = {},
): Markish[] {
  const shared = { x: "x", y: "depth", clip: true, curve: "linear" } as const;
  return [
    plot.line(data, {
      ...shared,
      stroke: "#000",
      strokeWidth: 4,
      ...(options.curve ? { curve: "step" } : {}),
    }),
    plot.line(data, { ...shared, stroke: "#fff", strokeWidth: 2, ...options }),
  ];
}

function theoryCurves(plot: PlotLibrary, { depthScale }: FlowScanInput, top: number): Markish[] {
  return MULTIPLES.flatMap((multiple) =>
    outlined(
      plot,
      depthScale.map(({ sigmaW2: x, xiC }) => ({ x, depth: Math.min(multiple * xiC, 10 * top) })),
      { strokeDasharray: multiple === 6 ? "7,4" : "2,4" },
    ),
  );
}

/** The boundary as steps over the columns; where the input reaches the end, nothing is drawn. */
function boundaryMarks(
  plot: PlotLibrary,
  { sigmaW2, boundary }: FlowScanInput,
  edgesX: readonly number[],
  top: number,
): Markish[] {
  if (boundary.every((depth) => depth === null)) return [];
  const steps = sigmaW2.flatMap((_, j) => {
    const depth = boundary[j] ?? null;
    const shown = depth === null ? 10 * top : depth;
    return [
      { x: edgesX[j] as number, depth: shown },
      { x: edgesX[j + 1] as number, depth: shown },
    ];
  });
  return outlined(plot, steps);
}

function trainedMarks(plot: PlotLibrary, trained: readonly TrainedPoint[], threshold: number): Markish[] {
  const works = trained.filter(({ score }) => score >= threshold);
  const fails = trained.filter(({ score }) => score < threshold);
  const at = { x: "sigmaW2", y: "depth", clip: false } as const;
  return [
    plot.dot(works, { ...at, r: 4.5, fill: "#fff", stroke: "#000", strokeWidth: 1.5 }),
    plot.dot(fails, { ...at, r: 4.5, symbol: "times", stroke: "#000", strokeWidth: 4 }),
    plot.dot(fails, { ...at, r: 4.5, symbol: "times", stroke: "#fff", strokeWidth: 1.8 }),
  ];
}

/** What the lines and signs mean, above the plot. */
function legend({ depthScale, boundary, trained = [] }: FlowScanInput): Markish {
  return (_index, _scales, _channels, dimensions, context) => {
    const make = svgMaker(context.document);
    const group = make("g", { fill: "currentColor", "text-anchor": "start", "aria-hidden": "true" });
    let x = dimensions.marginLeft + 60;
    const line = (text: string, dashes: string, room: number): void => {
      const at = { x1: x, x2: x + 26, y1: 12, y2: 12 };
      group.append(
        make("line", { ...at, stroke: "currentColor", "stroke-width": 2, "stroke-dasharray": dashes }),
        make("text", { x: x + 31, y: 16 }, text),
      );
      x += room;
    };
    if (boundary.some((depth) => depth !== null)) line("boundary", "none", 106);
    if (depthScale.length > 0) {
      line("6 ξ_c", "7,4", 82);
      line("8 ξ_c", "2,4", 82);
    }
    if (trained.length > 0) {
      group.append(
        make("circle", {
          cx: x + 5,
          cy: 12,
          r: 4.5,
          fill: "none",
          stroke: "currentColor",
          "stroke-width": 1.5,
        }),
        make("text", { x: x + 14, y: 16 }, "trained"),
        make("path", {
          d: `M${x + 72},8l8,8m0,-8l-8,8`,
          ...{ stroke: "currentColor", "stroke-width": 1.8, fill: "none" },
        }),
        make("text", { x: x + 85, y: 16 }, "did not"),
      );
    }
    return group;
  };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
