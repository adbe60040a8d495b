/** Energy and magnetisation along the run, as they come. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Theme } from "../../../../src/figures/basics/index.ts";
import type { FigureTable } from "../../../../src/figures/index.ts";
import { CanvasFrame } from "../../figure/index.ts";
import { figureTheme } from "../../theme.ts";
import { exactPoint } from "./exact/client.ts";
import { trace } from "./run/index.ts";

const HEIGHT = 200;

/** The frame with the plot. */
export function TracePlot(): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let plot: uPlot | null = null;
    const make = (theme: Theme): void => {
      plot?.destroy();
      plot = new uPlot(optionsOf(theme, element.clientWidth), dataNow(), element);
      const over = element.querySelector("canvas");
      over?.setAttribute("role", "img");
      over?.setAttribute("aria-label", "energy and magnetisation per site along the run");
    };
    const observer = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    const stops = [
      effect(() => make(figureTheme.value)),
      effect(() => {
        void [trace.value, exactPoint.value];
        plot?.setData(dataNow());
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      observer.disconnect();
      plot?.destroy();
    };
  }, []);
  return (
    <CanvasFrame
      name="ising-trace"
      title="Energy and magnetisation along the run"
      caption="Per site, one point a sweep at first and means over blocks of sweeps later; dashed: the exact energy, where it is known."
      table={traceTable}
      toBlob={async () => canvasBlob(place.current)}
    >
      <div ref={place} class="lattice-trace" />
    </CanvasFrame>
  );
}

function dataNow(): uPlot.AlignedData {
  const now = trace.peek();
  if (now === null || now.sweeps.length === 0) return [[], [], [], []];
  const exact = exactPoint.peek()?.values.energy?.value;
  return [
    now.sweeps,
    now.energy,
    now.magnetization,
    exact === undefined
      ? new Array<null>(now.sweeps.length).fill(null)
      : new Array<number>(now.sweeps.length).fill(exact),
  ];
}

function traceTable(): FigureTable | null {
  const now = trace.value;
  if (now === null) return null;
  return {
    columns: ["sweep", "energy per site", "magnetisation per site"],
    rows: Array.from(now.sweeps, (sweep, k) => [sweep, now.energy[k] ?? null, now.magnetization[k] ?? null]),
  };
}

async function canvasBlob(element: HTMLElement | null): Promise<Blob> {
  const canvas = element?.querySelector("canvas");
  const blob = await new Promise<Blob | null>((resolve) =>
    canvas ? canvas.toBlob(resolve, "image/png") : resolve(null),
  );
  if (blob === null) throw new Error("there is no plot yet");
  return blob;
}

function optionsOf(theme: Theme, width: number): uPlot.Options {
  const axis = {
    stroke: theme.muted,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { stroke: theme.grid, width: 1 },
    font: "12px system-ui, sans-serif",
    labelFont: "12px system-ui, sans-serif",
  };
  return {
    width: Math.max(200, width),
    height: HEIGHT,
    legend: { show: true, live: false },
    cursor: { drag: { x: false, y: false } },
    scales: { x: { time: false }, m: { range: [-1.05, 1.05] } },
    axes: [
      { ...axis, size: 34 },
      { ...axis, scale: "u", size: 52 },
      { ...axis, scale: "m", side: 1, size: 40, grid: { show: false } },
    ],
    series: [
      { label: "sweep" },
      { label: "energy u", scale: "u", stroke: theme.measured, width: 1.5, points: { show: false } },
      { label: "magnetisation m", scale: "m", stroke: theme.accent, width: 1.5, points: { show: false } },
      {
        label: "exact u",
        scale: "u",
        stroke: theme.theory,
        width: 1.5,
        dash: [6, 4],
        points: { show: false },
      },
    ],
  };
}
