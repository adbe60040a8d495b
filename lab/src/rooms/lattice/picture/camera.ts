/**
 * How a lattice is looked at: a motion of the hyperbolic plane (which point sits in the middle of the disc), an enlargement of the
 * picture, and which point of it sits in the middle. Drags are exact translations, put together in double precision with
 * |a|^2 - |b|^2 = 1 restored each time.
 */
import {
  compose,
  fromKlein,
  inverse,
  type Motion,
  move,
  type Point,
  rotation,
  toKlein,
  toOrigin,
  translation,
  translationBetween,
} from "../../../../../src/lattice/index.ts";
import type { Field } from "../../../state/index.ts";

/** Models that the room draws in. */
export type DiscModel = "poincare" | "klein";

/** A view. */
export interface Camera {
  readonly motion: Motion;
  /** Enlargement, at least 1. */
  readonly zoom: number;
  /** Point of the picture in its middle: 1 is the rim of the disc, or half the side of a square lattice. */
  readonly x: number;
  readonly y: number;
}

/** The whole disc, the first cell in the middle. */
export const HOME: Camera = { motion: rotation(0), zoom: 1, x: 0, y: 0 };

/** Largest enlargement. */
export const MOST_ZOOM = 200;
/** Points nearer to the rim than this are not dragged: what follows the pointer would leave every patch. */
const RIM = 0.9995;
/** Farthest that the middle can be from the first cell; beyond it double precision ends. */
const FARTHEST = 30;

/** The part of the page that shows the picture. */
export interface Window {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** CSS pixels of a unit of the picture. */
export function scaleOf({ width, height }: Window, zoom: number): number {
  return (Math.min(width, height) / 2 - MARGIN) * zoom;
}
const MARGIN = 6;

/** A point of the window (CSS pixels from its top left corner) in units of the picture. */
export function toPicture(camera: Camera, window: Window, px: number, py: number): Point {
  const scale = scaleOf(window, camera.zoom);
  return { x: camera.x + (px - window.width / 2) / scale, y: camera.y - (py - window.height / 2) / scale };
}

/** The inverse of `toPicture`. */
export function toWindow(camera: Camera, window: Window, { x, y }: Point): Point {
  const scale = scaleOf(window, camera.zoom);
  return { x: window.width / 2 + (x - camera.x) * scale, y: window.height / 2 - (y - camera.y) * scale };
}

/** A point of the picture in the Poincare disc, or null outside of the plane. */
export function toDisc(model: DiscModel, point: Point): Point | null {
  if (point.x * point.x + point.y * point.y >= 1) return null;
  return model === "klein" ? fromKlein(point) : point;
}

/** A point of the Poincare disc in the picture. */
export function fromDisc(model: DiscModel, z: Point): Point {
  return model === "klein" ? toKlein(z) : z;
}

/** The view after a drag that began with `camera`: the point of the plane at `from` is now at `to`. */
export function dragDisc(camera: Camera, model: DiscModel, from: Point, to: Point): Camera {
  const a = toDisc(model, inside(from));
  const b = toDisc(model, inside(to));
  if (a === null || b === null) return camera;
  return moved(camera, translationBetween(a, b));
}

/** The view moved by `distance` (in units of the curvature radius) in a direction of the picture. */
export function stepDisc(camera: Camera, direction: number, distance: number): Camera {
  const step = compose(compose(rotation(direction), translation(distance)), rotation(-direction));
  return moved(camera, step);
}

/** The view turned about the middle of the disc. */
export function turnDisc(camera: Camera, angle: number): Camera {
  return moved(camera, rotation(angle));
}

function moved(camera: Camera, by: Motion): Camera {
  const motion = unit(compose(by, camera.motion));
  return 2 * Math.asinh(Math.hypot(motion.br, motion.bi)) > FARTHEST ? camera : { ...camera, motion };
}

/** Enlarges by `factor` about a point of the window, which stays where it is. */
export function zoomAt(camera: Camera, window: Window, px: number, py: number, factor: number): Camera {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, camera.zoom * factor));
  if (zoom === 1) return { ...camera, zoom, x: 0, y: 0 };
  const { x, y } = toPicture(camera, window, px, py);
  const share = camera.zoom / zoom;
  return { ...camera, zoom, x: x + (camera.x - x) * share, y: y + (camera.y - y) * share };
}

/** Shifts the picture so that the point at `from` is at `to` (both in the units of the picture of `camera`). */
export function dragFlat(camera: Camera, from: Point, to: Point): Camera {
  return { ...camera, x: camera.x + from.x - to.x, y: camera.y + from.y - to.y };
}

/** Distance of the middle from the first cell, its direction, and the turn of the picture. */
export function anglesOf({ ar, ai, br, bi }: Motion): { distance: number; direction: number; turn: number } {
  // V = rotation(turn) after toOrigin(p), and p = -b / a
  const distance = 2 * Math.asinh(Math.hypot(br, bi));
  const direction = distance === 0 ? 0 : Math.atan2(-(bi * ar - br * ai), -(br * ar + bi * ai));
  return { distance, direction, turn: 2 * Math.atan2(ai, ar) };
}

/** The inverse of `anglesOf`. */
export function motionOf(distance: number, direction: number, turn: number): Motion {
  const radius = Math.tanh(distance / 2);
  const there = toOrigin({ x: radius * Math.cos(direction), y: radius * Math.sin(direction) });
  return compose(rotation(turn), there);
}

/** Restores |a|^2 - |b|^2 = 1. */
function unit({ ar, ai, br, bi }: Motion): Motion {
  const scale = 1 / Math.sqrt(ar * ar + ai * ai - br * br - bi * bi);
  if (!Number.isFinite(scale)) return { ar, ai, br, bi };
  return { ar: ar * scale, ai: ai * scale, br: br * scale, bi: bi * scale };
}

function inside(point: Point): Point {
  const radius = Math.hypot(point.x, point.y);
  return radius < RIM ? point : { x: (point.x * RIM) / radius, y: (point.y * RIM) / radius };
}

/** The point of the plane (in the first cell's coordinates) under a point of the disc. */
export function beneath(camera: Camera, z: Point): Point {
  return move(inverse(camera.motion), z);
}

/** Six numbers in the address: distance, direction, turn, zoom, x, y; what is at home at the end is left out. */
export function cameraField(key: string): Field<Camera> {
  const least = [0, -Math.PI - 0.01, -2 * Math.PI - 0.01, 1, -1e3, -1e3];
  const most = [FARTHEST, Math.PI + 0.01, 2 * Math.PI + 0.01, MOST_ZOOM, 1e3, 1e3];
  const expected = "up to six numbers: distance, direction, turn, zoom, x, y";
  return {
    key,
    initial: HOME,
    read(text) {
      const numbers = text.split(",").map((part) => (part === "" ? Number.NaN : Number(part)));
      const isFine = numbers.every((n, k) => n >= (least[k] as number) && n <= (most[k] as number));
      if (!isFine || numbers.length > 6) return { problem: { received: text, expected } };
      const [distance = 0, direction = 0, turn = 0, zoom = 1, x = 0, y = 0] = numbers;
      return { value: { motion: motionOf(distance, direction, turn), zoom, x, y } };
    },
    write({ motion, zoom, x, y }) {
      const { distance, direction, turn } = anglesOf(motion);
      const numbers = [distance, direction, turn, zoom, x, y].map((n) => Number(n.toFixed(4)) + 0);
      const home = [0, 0, 0, 1, 0, 0];
      let length = 6;
      while (length > 0 && numbers[length - 1] === home[length - 1]) length--;
      return length === 0 ? "" : numbers.slice(0, length).join(",");
    },
  };
}
