/** The upper canvas of the diagram, drawn at every frame of a drag: cross-hair lines, pins, and the values along both lines. */
import type { Theme } from "../../../../src/figures/basics/index.ts";
import { type DiagramLayout, MARGIN_GAP, MARGIN_PLOT } from "./diagram-layout.ts";
import type { Picture } from "./painter.ts";
import { positionOf, quantities } from "./quantities.ts";
import type { Pin, Quantity } from "./state.ts";

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
