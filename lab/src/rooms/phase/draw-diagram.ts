/** Draws the diagram on two canvases: the picture below, and above it all that moves with the cross-hair. */
import type { Theme } from "../../../../src/figures/basics/index.ts";
import type { CriticalPolyline } from "../../../../src/signal/theory/index.ts";
import { drawAxes, PLOT_FONT, tracePath } from "../../plot/index.ts";
import { type DiagramLayout, MARGIN_GAP, MARGIN_PLOT } from "./diagram-layout.ts";
import type { Picture } from "./painter.ts";
import { endTicks, paintPixels, positionOf, quantities } from "./quantities.ts";
import type { Pin, Quantity } from "./state.ts";

/**
 * Draws the picture, axes, colour bar. A picture of another window is drawn where its cells belong; one of another activation
 * (`isStale`) is pale until the new one comes.
 */
export function drawPicture(
  context: CanvasRenderingContext2D,
  layout: DiagramLayout,
  weights: readonly [number, number],
  biases: readonly [number, number],
  picture: Picture | null,
  quantity: Quantity,
  theme: Theme,
  isStale: boolean,
): void {
  const { box, x, y } = layout;
  context.fillStyle = theme.grid;
  context.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  if (picture !== null) {
    const image = paintPixels(picture, quantity);
    const small = new OffscreenCanvas(image.width, image.height);
    small.getContext("2d")?.putImageData(image, 0, 0);
    const { sigmaW2, sigmaB2, nx, ny } = picture.grid;
    const halfX = (sigmaW2[1] - sigmaW2[0]) / (nx - 1) / 2;
    const halfY = (sigmaB2[1] - sigmaB2[0]) / (ny - 1) / 2;
    const left = x.toPixel(sigmaW2[0] - halfX);
    const top = y.toPixel(sigmaB2[1] + halfY);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.clip();
    context.globalAlpha = isStale ? 0.35 : 1;
    context.imageSmoothingEnabled = picture.stride === 1 && picture.isWhole;
    context.drawImage(
      small,
      left,
      top,
      x.toPixel(sigmaW2[1] + halfX) - left,
      y.toPixel(sigmaB2[0] - halfY) - top,
    );
    drawLine(context, picture.line, layout);
    context.restore();
  }
  const isNarrow = layout.width < 460;
  drawAxes(
    context,
    box,
    { range: weights, label: isNarrow ? "σ_w²" : "weight variance × fan-in, σ_w²" },
    { range: biases, label: "" },
    theme,
    { hasGrid: false },
  );
  context.save();
  context.translate(12, (box.top + box.bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = theme.foreground;
  context.fillText(isNarrow ? "σ_b²" : "bias variance, σ_b²", 0, 0);
  context.restore();
  drawColorBar(context, layout, picture, quantity, theme);
}

/** White on black, so that it is seen on every colour; a single point as a dot. */
function drawLine(
  context: CanvasRenderingContext2D,
  line: readonly CriticalPolyline[],
  layout: DiagramLayout,
): void {
  for (const { sigmaW2, sigmaB2 } of line) {
    if (sigmaW2.length === 1) {
      context.beginPath();
      context.arc(
        layout.x.toPixel(sigmaW2[0] as number),
        layout.y.toPixel(sigmaB2[0] as number),
        5,
        0,
        2 * Math.PI,
      );
      context.fillStyle = "#fff";
      context.fill();
      context.strokeStyle = "#000";
      context.stroke();
      continue;
    }
    tracePath(context, sigmaW2, sigmaB2, layout);
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = "#000a";
    context.stroke();
    context.lineWidth = 1.8;
    context.strokeStyle = "#fff";
    context.stroke();
  }
}

/** Along the bottom: which colour means what. */
function drawColorBar(
  context: CanvasRenderingContext2D,
  { box, height }: DiagramLayout,
  picture: Picture | null,
  quantity: Quantity,
  theme: Theme,
): void {
  if (picture === null) return;
  const view = quantities[quantity];
  const range = view.range(picture);
  const [low, high] = endTicks(view, range);
  const top = height - 20;
  context.font = PLOT_FONT;
  context.fillStyle = theme.foreground;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillText(view.symbol, box.left, top + 5);
  const labelWidth = context.measureText(view.symbol).width;
  context.fillStyle = theme.muted;
  context.fillText(low, box.left + labelWidth + 14, top + 5);
  const start = box.left + labelWidth + 20 + context.measureText(low).width;
  const end = Math.min(start + 220, box.right - context.measureText(high).width - 8);
  for (let px = start; px < end; px++) {
    context.fillStyle = colorAt((px - start) / (end - start));
    context.fillRect(px, top, 1.5, 10);
  }
  context.fillStyle = theme.muted;
  context.fillText(high, end + 6, top + 5);
}

function colorAt(t: number): string {
  const image = barColors();
  const at = 4 * Math.min(255, Math.floor(t * 256));
  return `rgb(${image[at]},${image[at + 1]},${image[at + 2]})`;
}

let bar: Uint8ClampedArray | null = null;

function barColors(): Uint8ClampedArray {
  if (bar !== null) return bar;
  const values = Float64Array.from({ length: 256 }, (_, i) => i / 255);
  const grid = { sigmaW2: [1, 2], sigmaB2: [0, 1], nx: 256, ny: 1 } as const;
  const strip = { c: values, q: values, chi1: values, xiC: values, xiQ: values };
  bar = paintPixels({ activation: "", grid, ...strip, stride: 1, isWhole: true, line: [] }, "c").data;
  return bar;
}

/** What moves: cross-hair lines, pins, and the picture's values along both lines in the margins. */
export function drawMoving(
  context: CanvasRenderingContext2D,
  layout: DiagramLayout,
  point: { readonly weightVariance: number; readonly biasVariance: number },
  pins: readonly Pin[],
  activation: string,
  picture: Picture | null,
  quantity: Quantity,
  theme: Theme,
): void {
  const { box, x, y } = layout;
  const px = x.toPixel(point.weightVariance);
  const py = y.toPixel(point.biasVariance);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.clip();
  for (const [color, width] of [
    ["#0008", 3],
    ["#fff", 1],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(box.left, py);
    context.lineTo(box.right, py);
    context.moveTo(px, box.top);
    context.lineTo(px, box.bottom);
    context.stroke();
  }
  context.font = "600 12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [i, pin] of pins.entries()) {
    const at = [x.toPixel(pin.weightVariance), y.toPixel(pin.biasVariance)] as const;
    context.globalAlpha = pin.activation === activation ? 1 : 0.45;
    context.beginPath();
    context.arc(...at, 9, 0, 2 * Math.PI);
    context.fillStyle = "#fff";
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = "#000";
    context.stroke();
    context.fillStyle = "#000";
    context.fillText(String(i + 1), at[0], at[1] + 0.5);
  }
  context.restore();
  if (picture !== null) drawMargins(context, layout, point, picture, quantity, theme);
}

/** The painted values in the cross-hair's row, above, and in its column, to the right. */
function drawMargins(
  context: CanvasRenderingContext2D,
  { box, x, y }: DiagramLayout,
  point: { readonly weightVariance: number; readonly biasVariance: number },
  picture: Picture,
  quantity: Quantity,
  theme: Theme,
): void {
  const view = quantities[quantity];
  const values = view.values(picture);
  const range = view.range(picture);
  const { nx, ny, sigmaW2, sigmaB2 } = picture.grid;
  const column = nearest(point.weightVariance, sigmaW2, nx);
  const row = nearest(point.biasVariance, sigmaB2, ny);
  const high = (value: number): number => positionOf(view, range, value) * MARGIN_PLOT;
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.strokeStyle = theme.theory;
  context.save();
  context.beginPath();
  context.rect(box.left, 0, box.right - box.left, box.top);
  context.clip();
  context.beginPath();
  for (let i = 0; i < nx; i++)
    context.lineTo(
      x.toPixel(sigmaW2[0] + ((sigmaW2[1] - sigmaW2[0]) * i) / (nx - 1)),
      box.top - MARGIN_GAP - high(values[row * nx + i] as number),
    );
  context.stroke();
  context.restore();
  context.save();
  context.beginPath();
  context.rect(box.right, box.top, MARGIN_PLOT + MARGIN_GAP + 4, box.bottom - box.top);
  context.clip();
  context.beginPath();
  for (let j = 0; j < ny; j++)
    context.lineTo(
      box.right + MARGIN_GAP + high(values[j * nx + column] as number),
      y.toPixel(sigmaB2[0] + ((sigmaB2[1] - sigmaB2[0]) * j) / (ny - 1)),
    );
  context.stroke();
  context.restore();
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.strokeRect(
    box.left + 0.5,
    box.top - MARGIN_GAP - MARGIN_PLOT - 0.5,
    box.right - box.left,
    MARGIN_PLOT + 1,
  );
  context.strokeRect(box.right + MARGIN_GAP + 0.5, box.top + 0.5, MARGIN_PLOT + 1, box.bottom - box.top);
}

function nearest(value: number, [low, high]: readonly [number, number], n: number): number {
  return Math.min(n - 1, Math.max(0, Math.round(((value - low) / (high - low)) * (n - 1))));
}
