/** What follows the cross-hair: the correlation map, and correlations and variances against depth, with the pins beside. */
import type { JSX } from "preact";
import { formatNumber, type Theme } from "../../../../src/figures/basics/index.ts";
import type { FigureTable, NetworkCurve, NetworkCurvesInput } from "../../../../src/figures/index.ts";
import { CanvasFrame, mark, ReadingCursor } from "../../figure/index.ts";
import { type LiveCurve, LivePlot, type LiveScene } from "../../plot/index.ts";
import { parametersOf } from "./diagram-files.ts";
import { isBehind, pinned, point } from "./follow.ts";
import { correlationPanel, mapPanel, type Panel, variancePanel } from "./panel-kinds.ts";
import { COLORS, DASHES } from "./pin-styles.ts";
import type { PointResult } from "./point-messages.ts";

const HEIGHT = 172;

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
        <ReadingCursor title={panel.title} table={() => tableOf(panel)} onRow={(row) => markRow(panel, row)}>
          <LivePlot scene={scene} height={HEIGHT} />
        </ReadingCursor>
      </div>
    </CanvasFrame>
  );
}

/** Marks what a row of the table stands for, in all panels with the same axis. */
function markRow(panel: Panel, row: number | null): void {
  const axis = panel.x.shared;
  if (axis === undefined) return;
  const value = row === null ? null : tableOf(panel)?.rows[row]?.[1];
  mark(typeof value === "number" ? { axis, value } : null);
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
    x: { range: x, ...panel.x },
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
