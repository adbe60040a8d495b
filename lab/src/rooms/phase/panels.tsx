/** What follows the cross-hair: the correlation map, and correlations and variances against depth, with the pins beside. */
import type { JSX } from "preact";
import { formatNumber, type Theme } from "../../../../src/figures/basics/index.ts";
import type { FigureTable, NetworkCurve, NetworkCurvesInput } from "../../../../src/figures/index.ts";
import { CanvasFrame, ReadingCursor } from "../../figure/index.ts";
import { type LiveCurve, LivePlot, type LiveScene } from "../../plot/index.ts";
import { parametersOf } from "./diagram-files.ts";
import { isBehind, pinned, point } from "./follow.ts";
import { COLORS, DASHES } from "./pin-styles.ts";
import type { PointResult } from "./point-messages.ts";
import { state } from "./state.ts";

const HEIGHT = 172;

/** A panel: what it plots of a network. */
interface Panel {
  readonly name: string;
  readonly title: string;
  readonly caption: () => string;
  readonly x: { readonly label: string };
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

const mapPanel: Panel = {
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

const correlationPanel: Panel = {
  name: "correlation",
  title: "Correlation with depth",
  caption: () => `Two inputs with cosine ${formatNumber(state.cosine.value)}; dashed: c*.`,
  x: { label: "layer" },
  y: { label: "c_l" },
  curve: (result) => ({ x: layersOf(result), y: result.c }),
  level: ({ field }) => field.c.value,
  ranges: (shown) => ({
    x: depthRange(),
    y: [Math.min(0, ...shown.map(({ c }) => c.reduce((a, b) => Math.min(a, b), 0))), 1],
  }),
  note: "",
};

const variancePanel: Panel = {
  name: "variance",
  title: "Variance with depth",
  caption: () => "Of pre-activations, inputs of mean square 1; dashed: q*.",
  x: { label: "layer" },
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

/** The three panels. */
export function Panels(): JSX.Element {
  return (
    <>
      <FollowPanel panel={mapPanel} />
      <FollowPanel panel={correlationPanel} />
      <FollowPanel panel={variancePanel} />
    </>
  );
}

const scenes = new Map<Panel, () => LiveScene>();

function FollowPanel({ panel }: { panel: Panel }): JSX.Element {
  const scene = scenes.get(panel) ?? (() => sceneOf(panel));
  scenes.set(panel, scene);
  return (
    <CanvasFrame
      name={panel.name}
      title={panel.title}
      caption={panel.caption()}
      table={() => tableOf(panel)}
      parameters={parametersOf}
      svg={(theme) => drawFile(panel, theme)}
    >
      <div class={isBehind.value ? "behind" : undefined}>
        <ReadingCursor title={panel.title} table={() => tableOf(panel)}>
          <LivePlot scene={scene} height={HEIGHT} />
        </ReadingCursor>
      </div>
    </CanvasFrame>
  );
}

function shownPins(): readonly { readonly index: number; readonly result: PointResult }[] {
  return pinned.value.flatMap((result, index) =>
    result !== null && typeof result === "object" ? [{ index, result }] : [],
  );
}

function sceneOf(panel: Panel): LiveScene {
  const here = point.result.value;
  const pins = shownPins();
  const all = [...pins.map(({ result }) => result), ...(here === null ? [] : [here])];
  const { x, y, isLogarithmic = false } = panel.ranges(all);
  const own = here === null ? null : panel.curve(here);
  const curves: LiveCurve[] = pins.flatMap(({ index, result }) => {
    const curve = panel.curve(result);
    const color = COLORS[index] ?? "muted";
    return curve === null ? [] : [{ ...curve, color, width: 1.5, dash: DASHES[index] ?? [] }];
  });
  if (own !== null) curves.push({ ...own, color: "theory" });
  if (here !== null && panel.points !== undefined)
    curves.push({ ...panel.points(here), color: "theory", radius: 2.5 });
  const level = here === null ? undefined : panel.level?.(here);
  return {
    x: { range: x, label: panel.x.label },
    y: { range: y, label: panel.y.label, isLogarithmic },
    curves,
    levels: level !== undefined && Number.isFinite(level) && (level > 0 || !isLogarithmic) ? [level] : [],
    hasDiagonal: panel.hasDiagonal ?? false,
    ...(here !== null && own === null ? { note: panel.note } : {}),
  };
}

function inputOf(panel: Panel): NetworkCurvesInput | null {
  const here = point.result.peek();
  if (here === null) return null;
  const pins = shownPins();
  const { x, y, isLogarithmic = false } = panel.ranges([here, ...pins.map(({ result }) => result)]);
  const named = (name: string, result: PointResult): NetworkCurve[] => {
    const curve = panel.curve(result);
    return curve === null ? [] : [{ name, ...curve }];
  };
  return {
    name: panel.name,
    title: panel.title,
    caption: panel.caption(),
    x: { label: panel.x.label, range: x },
    y: { label: panel.y.label, range: y, isLogarithmic },
    curves: [
      ...named(nameOf(here), here),
      ...pins.flatMap(({ index, result }) => named(`pin ${index + 1}: ${nameOf(result)}`, result)),
      ...(panel.points === undefined ? [] : [{ name: "layers", ...panel.points(here), isPoints: true }]),
    ],
    level: panel.level?.(here) ?? null,
    hasDiagonal: panel.hasDiagonal ?? false,
  };
}

function nameOf({ request }: PointResult): string {
  return `${request.activation}, σ_w² = ${formatNumber(request.weightVariance)}, σ_b² = ${formatNumber(request.biasVariance)}`;
}

function tableOf(panel: Panel): FigureTable | null {
  const input = inputOf(panel);
  if (input === null) return null;
  return {
    columns: ["curve", panel.x.label, panel.y.label],
    rows: input.curves.flatMap(({ name, x, y }) =>
      Array.from(x, (value, i) => [name, value, y[i] as number] as const),
    ),
  };
}

async function drawFile(panel: Panel, theme: Theme): Promise<SVGSVGElement> {
  const input = inputOf(panel);
  if (input === null) throw new Error("there are no numbers yet; wait until they are computed");
  const { drawNetworkCurves } = await import("../../../../src/figures/network-curves.ts");
  return (await drawNetworkCurves(input, { document, theme, width: 720 })).svg;
}
