/** One value of a quantity that figures share, marked in all of them: what the pointer or a reading cursor is at. */
import { type Signal, signal } from "@preact/signals";
import { formatNumber } from "../../../src/figures/basics/index.ts";
import type { Figure, FigureAxis, FigurePlace } from "../../../src/figures/index.ts";

/** A marked value. */
export interface Marker {
  /** Name of the axis: "depth". */
  readonly axis: string;
  readonly value: number;
}

/** What is marked now. */
export const marker: Signal<Marker | null> = signal(null);

/** Marks a value; an equal one leaves the signal alone. */
export function mark(next: Marker | null): void {
  const now = marker.peek();
  if (now?.axis === next?.axis && now?.value === next?.value) return;
  marker.value = next;
}

/** The value whose place is nearest to a point, in units of the svg; null without any. */
export function nearestValue({ values, place }: FigureAxis, x: number, y: number): number | null {
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const value of values) {
    const at = place(value);
    if (at === null) continue;
    const distance = gap(x, at.x, at.width) ** 2 + gap(y, at.y, at.height) ** 2;
    if (distance < least) [best, least] = [value, distance];
  }
  return best;
}

/** Distance of a coordinate from an interval. */
function gap(at: number, from: number, length: number): number {
  return Math.max(0, from - at, at - from - length);
}

/** The value under a pointer, in the coordinates of the window. */
export function valueUnder({ svg, axis }: Figure, clientX: number, clientY: number): number | null {
  const box = svg.getBoundingClientRect();
  if (axis === undefined || box.width === 0) return null;
  const { width, height } = svg.viewBox.baseVal;
  return nearestValue(
    axis,
    ((clientX - box.left) * width) / box.width,
    ((clientY - box.top) * height) / box.height,
  );
}

const SVG = "http://www.w3.org/2000/svg";

/** Draws the marker into a figure of the page, or takes it away. */
export function drawMarker({ svg, axis }: Figure, now: Marker | null): void {
  svg.querySelector(".axis-marker")?.remove();
  if (now === null || axis === undefined || now.axis !== axis.name || !axis.values.includes(now.value))
    return;
  const at = axis.place(now.value);
  if (at === null) return;
  const group = svg.ownerDocument.createElementNS(SVG, "g");
  group.setAttribute("class", "axis-marker");
  group.setAttribute("aria-hidden", "true");
  group.setAttribute("data-value", String(now.value));
  group.append(shapeOf(at, svg.ownerDocument));
  // rows and columns have their names beside them
  if (at.width === 0) group.append(labelOf(at, now, svg));
  svg.append(group);
}

function shapeOf(at: FigurePlace, page: Document): SVGElement {
  const rectangle = page.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries(at)) rectangle.setAttribute(name, String(value));
  // a rectangle without width is not drawn, one with a hair's breadth is a line
  if (at.width === 0) rectangle.setAttribute("width", "0.01");
  if (at.height === 0) rectangle.setAttribute("height", "0.01");
  return rectangle;
}

/** "depth 5", beside the line and inside the figure. */
function labelOf({ x, y }: FigurePlace, { axis, value }: Marker, svg: SVGSVGElement): SVGElement {
  const text = svg.ownerDocument.createElementNS(SVG, "text");
  text.textContent = `${axis} ${formatNumber(value)}`;
  const isLate = x > 0.75 * svg.viewBox.baseVal.width;
  text.setAttribute("x", String(isLate ? x - 4 : x + 4));
  text.setAttribute("y", String(y + 12));
  text.setAttribute("text-anchor", isLate ? "end" : "start");
  return text;
}
