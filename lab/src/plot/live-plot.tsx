/** A small plot that is drawn anew at every frame in which a signal it reads has changed; about a millisecond each. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Theme } from "../../../src/figures/basics/index.ts";
import { type Marker, mark, marker } from "../figure/marker.ts";
import { figureTheme } from "../theme.ts";
import { type Box, drawAxes, prepareCanvas, tracePath } from "./canvas.ts";
import { type PixelScale, type PlotAxis, pixelScale } from "./scale.ts";

/** A curve of a live plot. */
export interface LiveCurve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly color: keyof Theme;
  readonly width?: number;
  readonly dash?: readonly number[];
  /** Points of this radius instead of a line. */
  readonly radius?: number;
}

/** What a live plot shows. */
export interface LiveScene {
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly curves: readonly LiveCurve[];
  /** Dashed levels. */
  readonly levels?: readonly number[];
  readonly hasDiagonal?: boolean;
  /** Said in the middle where there is nothing to draw. */
  readonly note?: string;
}

const margins = { left: 46, top: 22, right: 10, bottom: 42 } as const;

/** Draws `scene`; signals read in it are followed. */
export function LivePlot({ scene, height }: { scene: () => LiveScene; height: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = useRef<LiveScene | null>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    let frame = 0;
    let latest: LiveScene | null = null;
    const draw = (): void => {
      frame = 0;
      if (latest !== null) paintScene(element, latest, figureTheme.peek(), height, marker.peek());
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const stop = effect(() => {
      latest = scene();
      shown.current = latest;
      figureTheme.value;
      marker.value;
      schedule();
    });
    const observer = new ResizeObserver(schedule);
    observer.observe(element);
    return () => {
      stop();
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [scene, height]);
  return (
    <div
      aria-hidden="true"
      onPointerMove={(event) => markUnder(event, canvas.current, shown.current)}
      onPointerLeave={() => mark(null)}
    >
      <canvas class="live-plot" ref={canvas} style={{ height: `${height}px` }} />
    </div>
  );
}

/** Marks the point of the curves that is nearest to the pointer along x. */
function markUnder(
  { offsetX }: PointerEvent,
  canvas: HTMLCanvasElement | null,
  scene: LiveScene | null,
): void {
  const axis = scene?.x.shared;
  if (canvas === null || scene === null || axis === undefined) return;
  const at = pixelScale(scene.x, margins.left, canvas.clientWidth - margins.right).toValue(offsetX);
  let best: number | null = null;
  for (const { x } of scene.curves)
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      if (best === null || Math.abs(value - at) < Math.abs(best - at)) best = value;
    }
  mark(best === null ? null : { axis, value: best });
}

function paintScene(
  canvas: HTMLCanvasElement,
  scene: LiveScene,
  theme: Theme,
  height: number,
  marked: Marker | null,
): void {
  const width = canvas.clientWidth;
  if (width === 0) return;
  const context = prepareCanvas(canvas, width, height);
  if (context === null) return;
  const box: Box = {
    left: margins.left,
    top: margins.top,
    right: width - margins.right,
    bottom: height - margins.bottom,
  };
  const scales = drawAxes(context, box, scene.x, scene.y, theme);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top - 4, box.right - box.left + 4, box.bottom - box.top + 8);
  context.clip();
  if (scene.hasDiagonal)
    drawCurve(context, { x: scene.x.range, y: scene.x.range, color: "muted", width: 1 }, scales, theme);
  for (const level of scene.levels ?? [])
    drawCurve(
      context,
      { x: scene.x.range, y: [level, level], color: "muted", width: 1, dash: [5, 4] },
      scales,
      theme,
    );
  for (const curve of scene.curves) drawCurve(context, curve, scales, theme);
  const isMarked = marked !== null && marked.axis === scene.x.shared;
  // what was painted, for those who look at the page from outside
  canvas.dataset.marked = isMarked ? String(marked.value) : "";
  if (isMarked)
    drawCurve(
      context,
      { x: [marked.value, marked.value], y: scene.y.range, color: "accent", width: 1.5 },
      scales,
      theme,
    );
  context.restore();
  if (scene.note !== undefined) {
    context.fillStyle = theme.muted;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(scene.note, (box.left + box.right) / 2, (box.top + box.bottom) / 2);
  }
}

function drawCurve(
  context: CanvasRenderingContext2D,
  { x, y, color, width = 2, dash = [], radius }: LiveCurve,
  scales: { readonly x: PixelScale; readonly y: PixelScale },
  theme: Theme,
): void {
  if (radius !== undefined) {
    context.fillStyle = theme[color];
    for (let i = 0; i < x.length; i++) {
      const [px, py] = [scales.x.toPixel(x[i] as number), scales.y.toPixel(y[i] as number)];
      if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
      context.beginPath();
      context.arc(px, py, radius, 0, 2 * Math.PI);
      context.fill();
    }
    return;
  }
  tracePath(context, x, y, scales);
  context.strokeStyle = theme[color];
  context.lineWidth = width;
  context.lineJoin = "round";
  context.setLineDash([...dash]);
  context.stroke();
  context.setLineDash([]);
}
