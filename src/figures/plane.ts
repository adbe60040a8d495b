/**
 * Polygons with geodesic edges as SVG paths in four models of the hyperbolic plane: circular arcs in the Poincare disc and the
 * half plane, straight lines in the Klein disc, smooth curves in the band.
 */
import { geodesicThrough, type PlaneModel, type Point, pointAlong, toModel } from "../lattice/index.ts";

/** A window on a model: where its points go on the screen. */
export interface PlaneView {
  readonly model: PlaneModel;
  /** Pixels a unit of the model. */
  readonly scale: number;
  /** SVG viewBox: left, top, width, height in pixels. The y axis of the model points up. */
  readonly box: readonly [number, number, number, number];
  /** The edge of the plane and what lies inside, as SVG. */
  readonly frame: string;
  readonly title: string;
}

/** A part of a disc: what sits in the middle of the picture, in units of the disc's radius, y upward, and how many times it is enlarged. */
export interface DiscPart {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

const paper = "#fbfaf7";
const line = "#8a8a8a";
const WHOLE: DiscPart = { x: 0, y: 0, zoom: 1 };

/** The usual window on each model, `size` pixels wide; `part` is for discs. */
export function viewPlane(model: PlaneModel, size: number, part: DiscPart = WHOLE): PlaneView {
  if (model === "poincare" || model === "klein") {
    const scale = (size / 2 - 4) * part.zoom;
    const title = model === "klein" ? "the Klein disc" : "the Poincare disc";
    const frame = `<circle r="${scale}" fill="${paper}" stroke="${line}"/>`;
    const [left, top] = [part.x * scale - size / 2, -part.y * scale - size / 2];
    return { model, scale, box: [left, top, size, size], frame, title };
  }
  if (model === "half-plane") {
    // the origin of the disc, i, sits at a third of the height
    const scale = size / 6;
    const height = size / 2;
    const frame = `<rect x="${-size / 2}" y="${-height}" width="${size}" height="${height}" fill="${paper}"/><path d="M${-size / 2} 0H${size / 2}" stroke="${line}"/>`;
    return {
      model,
      scale,
      box: [-size / 2, -height, size, height + 2],
      frame,
      title: "the upper half plane",
    };
  }
  const height = Math.round(size / 3);
  const scale = (height - 8) / (Math.PI / 2);
  const y = height / 2 - 4;
  const frame = `<rect x="${-size / 2}" y="${-y}" width="${size}" height="${2 * y}" fill="${paper}" stroke="${line}"/>`;
  return { model, scale, box: [-size / 2, -height / 2, size, height], frame, title: "the band model" };
}

/** Whether a polygon's corners reach into the window and are larger than `smallest` pixels. */
export function isVisible(view: PlaneView, corners: readonly Point[], smallest: number): boolean {
  const [left, top, width, height] = view.box;
  const xs: number[] = [];
  const ys: number[] = [];
  for (const corner of corners) {
    const { x, y } = toModel(view.model, corner);
    xs.push(x * view.scale);
    ys.push(-y * view.scale);
  }
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  if (Math.max(x1 - x0, y1 - y0) < smallest) return false;
  return x1 >= left && x0 <= left + width && y1 >= top && y0 <= top + height;
}

/** The outline of a polygon, corners in the Poincare disc, as the `d` of an SVG path. */
export function outlinePolygon(view: PlaneView, corners: readonly Point[]): string {
  const first = corners[0] as Point;
  const parts = [`M${place(view, first)}`];
  for (let i = 0; i < corners.length; i++)
    parts.push(outlineEdge(view, corners[i] as Point, corners[(i + 1) % corners.length] as Point));
  return `${parts.join("")}Z`;
}

/** One edge; SVG's y axis points down, so the picture is mirrored and the turning sense with it. */
function outlineEdge(view: PlaneView, from: Point, to: Point): string {
  const end = place(view, to);
  switch (view.model) {
    case "klein":
      return `L${end}`;
    case "poincare": {
      const way = geodesicThrough(from, to);
      if (way.kind === "line") return `L${end}`;
      return arc(way.radius * view.scale, way.isCounterClockwise, end);
    }
    case "half-plane": {
      // circles that meet the real axis at right angles: centre c with |a - c| = |b - c|
      const a = toModel("half-plane", from);
      const b = toModel("half-plane", to);
      const dx = b.x - a.x;
      if (Math.abs(dx) < 1e-6 * (a.y + b.y)) return `L${end}`;
      const centre = (b.x * b.x + b.y * b.y - a.x * a.x - a.y * a.y) / (2 * dx);
      return arc(Math.hypot(a.x - centre, a.y) * view.scale, dx < 0, end);
    }
    case "band": {
      const a = toModel("band", from);
      const b = toModel("band", to);
      const pixels = Math.hypot(a.x - b.x, a.y - b.y) * view.scale;
      const steps = Math.min(48, Math.max(1, Math.ceil(pixels / 3)));
      return Array.from(
        { length: steps },
        (_, k) => `L${place(view, pointAlong(from, to, (k + 1) / steps))}`,
      ).join("");
    }
  }
}

function arc(radius: number, isCounterClockwise: boolean, end: string): string {
  return `A${digits(radius)} ${digits(radius)} 0 0 ${isCounterClockwise ? 0 : 1} ${end}`;
}

function place({ model, scale }: PlaneView, point: Point): string {
  const { x, y } = toModel(model, point);
  return `${digits(x * scale)} ${digits(-y * scale)}`;
}

function digits(value: number): string {
  return String(Math.round(value * 100) / 100);
}
