/** Pictures without WebGL2, by the 2D canvas: the same cells with true arcs, small ones left out; square lattices as an image. */
import { type Motion, move } from "../../../../../src/lattice/index.ts";
import { fromDisc, scaleOf, toWindow } from "./camera.ts";
import { type Batch, type Cells, createSelector, polygonFan, STRIDE } from "./cells.ts";
import {
  css,
  type DiscScene,
  layerColor,
  type Painter,
  type Rgb,
  type Scene,
  type SquareScene,
} from "./scene.ts";

/** Cells smaller than this (radius in pixels) are left out. */
export const SMALLEST_FLAT = 1;
const PIECES: readonly number[] = [8, 3, 1];

/** A painter that every browser can run. */
export function createFlatPainter(canvas: HTMLCanvasElement): Painter {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser gives the page no canvas at all");
  const selector = createSelector();
  const image = document.createElement("canvas");
  const outlines = new Map<string, Float32Array>();
  const outlineOf = (cells: Cells, level: number): Float32Array => {
    const key = `${cells.p},${cells.q},${level}`;
    let outline = outlines.get(key);
    if (outline === undefined) {
      outline = outlinePoints(polygonFan(cells.p, cells.q, PIECES[level] as number));
      outlines.set(key, outline);
    }
    return outline;
  };
  return {
    name: "canvas 2D",
    paint(scene) {
      const { window, pixelRatio } = scene;
      context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
      context.clearRect(0, 0, window.width, window.height);
      if (scene.lattice.kind === "square") paintSquare(context, image, scene, scene.lattice);
      else
        paintDisc(context, scene, scene.lattice, (cells) => {
          const batches = selector.select(cells, scene.camera, disc(scene).model, window, 1, SMALLEST_FLAT);
          return { batches, outline: (level) => outlineOf(cells, level) };
        });
    },
    destroy() {},
  };
}

function disc(scene: Scene): DiscScene {
  if (scene.lattice.kind !== "tiling") throw new Error("internal: a square lattice has no disc");
  return scene.lattice;
}

type Chosen = { readonly batches: readonly Batch[]; outline(level: number): Float32Array };

function paintDisc(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { cells, dual, layerStart, layers, show, drawn }: DiscScene,
  choose: (cells: Cells) => Chosen,
): void {
  const { camera, window, colors, spins, picked } = scene;
  const middle = toWindow(camera, window, { x: 0, y: 0 });
  context.beginPath();
  context.arc(middle.x, middle.y, scaleOf(window, camera.zoom), 0, 2 * Math.PI);
  context.fillStyle = css(colors.paper);
  context.fill();
  context.strokeStyle = css(colors.rim);
  context.lineWidth = 1;
  context.stroke();
  const layerOf = (cell: number): number => layerStart.findLastIndex((start) => start <= cell);
  const paintOf = (cell: number): string =>
    show === "layers" || spins === null
      ? css(layerColor(layerOf(cell), layers))
      : css((spins[cell] as number) > 127 ? colors.up : colors.down);
  // one path for each colour
  const paths = new Map<string, Path2D>();
  const chosen = choose(cells);
  chosen.batches.forEach((batch, level) => {
    for (let k = 0; k < batch.count; k++) {
      const paint = paintOf(batch.ids[k] as number);
      let path = paths.get(paint);
      if (path === undefined) {
        path = new Path2D();
        paths.set(paint, path);
      }
      addOutline(path, scene, motionIn(batch.motions, STRIDE * k), chosen.outline(level));
    }
  });
  context.globalAlpha = drawn === "dual" ? 0.25 : 1;
  for (const [paint, path] of paths) {
    context.fillStyle = paint;
    context.fill(path);
    context.strokeStyle = css(colors.line);
    context.lineWidth = 0.6;
    context.stroke(path);
  }
  context.globalAlpha = 1;
  const outline = (some: Cells, color: Rgb, width: number): void => {
    const path = new Path2D();
    const { batches, outline: points } = choose(some);
    batches.forEach((batch, level) => {
      for (let k = 0; k < batch.count; k++)
        addOutline(path, scene, motionIn(batch.motions, STRIDE * k), points(level));
    });
    context.strokeStyle = css(color);
    context.lineWidth = width;
    context.stroke(path);
  };
  if (drawn !== "cells") outline(dual, colors.dual, 1);
  if (picked === null) return;
  for (const [sites, width] of [
    [picked.neighbours, 1.8],
    [[picked.site], 3],
  ] as const) {
    const motions = new Float64Array(4 * sites.length);
    sites.forEach((site, k) => {
      motions.set(cells.motions.subarray(4 * site, 4 * site + 4), 4 * k);
    });
    outline({ ...cells, count: sites.length, motions }, colors.pick, width);
  }
}

function addOutline(path: Path2D, scene: Scene, motion: Motion, outline: Float32Array): void {
  const { model } = disc(scene);
  for (let k = 0; k < outline.length; k += 2) {
    const z = move(motion, { x: outline[k] as number, y: outline[k + 1] as number });
    const { x, y } = toWindow(scene.camera, scene.window, fromDisc(model, z));
    if (k === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  path.closePath();
}

function motionIn(motions: Float32Array, at: number): Motion {
  const [ar, ai, br, bi] = motions.subarray(at, at + 4) as unknown as [number, number, number, number];
  return { ar, ai, br, bi };
}

/** The rim of a fan of triangles: the second corner of each. */
function outlinePoints(fan: Float32Array): Float32Array {
  const points = new Float32Array((2 * fan.length) / 9);
  for (let k = 0; k < fan.length / 9; k++) points.set(fan.subarray(9 * k + 3, 9 * k + 5), 2 * k);
  return points;
}

function paintSquare(
  context: CanvasRenderingContext2D,
  image: HTMLCanvasElement,
  { camera, window, colors, spins, picked }: Scene,
  { size, isPeriodic }: SquareScene,
): void {
  const inner = image.getContext("2d");
  if (inner === null || spins === null || spins.length !== size * size) return;
  if (image.width !== size) {
    image.width = size;
    image.height = size;
  }
  const pixels = inner.createImageData(size, size);
  const packed = new Uint32Array(pixels.data.buffer);
  const [up, down] = [pack(colors.up), pack(colors.down)];
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      packed[size * (size - 1 - y) + x] = (spins[size * y + x] as number) > 127 ? up : down;
  inner.putImageData(pixels, 0, 0);
  const side = 2 * scaleOf(window, camera.zoom);
  const { x, y } = toWindow(camera, window, { x: -1, y: 1 });
  context.imageSmoothingEnabled = side < size;
  const copies = isPeriodic ? 1 : 0;
  for (let i = -copies; i <= copies; i++)
    for (let j = -copies; j <= copies; j++) {
      context.drawImage(image, x + i * side, y + j * side, side, side);
    }
  if (picked === null) return;
  const cell = side / size;
  const ring = Math.max(cell, 12);
  const column = picked.site % size;
  const row = size - 1 - Math.floor(picked.site / size);
  context.strokeStyle = css(colors.pick);
  context.lineWidth = 2;
  context.strokeRect(x + (column + 0.5) * cell - ring / 2, y + (row + 0.5) * cell - ring / 2, ring, ring);
}

function pack([r, g, b]: Rgb): number {
  return (255 << 24) | (Math.round(255 * b) << 16) | (Math.round(255 * g) << 8) | Math.round(255 * r);
}
