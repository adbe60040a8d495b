/** Canvases that are sharp on any screen, and the drawing of axes and curves on them. For plots that move at every frame. */
import { formatNumber, type Theme } from "../../../src/figures/basics/index.ts";
import { type PixelScale, type PlotAxis, pixelScale } from "./scale.ts";
import { linearTicks, logTicks } from "./ticks.ts";

/** Inside of a plot, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Font of plots. */
export const PLOT_FONT = "12px system-ui, sans-serif";

/** Fits a canvas to a size in CSS pixels and returns its cleared context, scaled so that units are CSS pixels. */
export function prepareCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

/** Draws ticks, grid and names of both axes; returns their scales. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  box: Box,
  x: PlotAxis,
  y: PlotAxis,
  theme: Theme,
  { hasGrid = true } = {},
): { readonly x: PixelScale; readonly y: PixelScale } {
  const scaleX = pixelScale(x, box.left, box.right);
  const scaleY = pixelScale(y, box.bottom, box.top);
  context.font = PLOT_FONT;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of ticksOf(y, (box.bottom - box.top) / 40)) {
    const at = Math.round(scaleY.toPixel(tick)) + 0.5;
    if (hasGrid) stroke(context, theme.grid, box.left, at, box.right, at);
    context.fillStyle = theme.muted;
    context.fillText(formatNumber(tick, 3), box.left - 6, at);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of ticksOf(x, (box.right - box.left) / 70)) {
    const at = Math.round(scaleX.toPixel(tick)) + 0.5;
    stroke(context, theme.muted, at, box.bottom, at, box.bottom + 4);
    context.fillStyle = theme.muted;
    context.fillText(formatNumber(tick, 3), at, box.bottom + 7);
  }
  context.fillStyle = theme.foreground;
  context.fillText(x.label, (box.left + box.right) / 2, box.bottom + 23);
  if (y.label !== "") {
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText(y.label, box.left - 40, box.top - 5);
  }
  return { x: scaleX, y: scaleY };
}

function ticksOf({ range: [low, high], isLogarithmic, ticks }: PlotAxis, count: number): readonly number[] {
  const room = Math.max(2, Math.floor(count));
  return ticks ?? (isLogarithmic ? logTicks(low, high, room) : linearTicks(low, high, room));
}

function stroke(
  context: CanvasRenderingContext2D,
  color: string,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): void {
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

/** A curve as a path; gaps where it is not finite. */
export function tracePath(
  context: CanvasRenderingContext2D,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  scales: { readonly x: PixelScale; readonly y: PixelScale },
): void {
  context.beginPath();
  let isDown = false;
  for (let i = 0; i < x.length; i++) {
    const px = scales.x.toPixel(x[i] as number);
    const py = scales.y.toPixel(y[i] as number);
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      isDown = false;
      continue;
    }
    if (isDown) context.lineTo(px, py);
    else context.moveTo(px, py);
    isDown = true;
  }
}
