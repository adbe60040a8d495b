/** The lower canvas of the diagram: the painted values, the critical line, axes and colour bar. */
import type { Theme } from "../../../../src/figures/basics/index.ts";
import type { CriticalPolyline } from "../../../../src/signal/theory/index.ts";
import { drawAxes, PLOT_FONT, tracePath } from "../../plot/index.ts";
import type { DiagramLayout } from "./diagram-layout.ts";
import type { Picture } from "./painter.ts";
import { endTicks, paintPixels, quantities } from "./quantities.ts";
import type { Quantity } from "./state.ts";

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
