/** Which site of a lattice lies at a point of the window. */
import { beneath, type Camera, type DiscModel, toDisc, toPicture, type Window } from "./camera.ts";
import { cellAt } from "./cells.ts";
import type { DiscScene, SquareScene } from "./scene.ts";

/** The site at a point (CSS pixels from the top left corner), or null. */
export function siteAt(
  scene: DiscScene | SquareScene,
  camera: Camera,
  window: Window,
  model: DiscModel,
  px: number,
  py: number,
): number | null {
  const point = toPicture(camera, window, px, py);
  if (scene.kind === "tiling") {
    const z = toDisc(model, point);
    if (z === null) return null;
    const cell = cellAt(scene.cells, beneath(camera, z));
    return cell < 0 ? null : cell;
  }
  const { size, isPeriodic } = scene;
  const x = Math.floor((point.x / 2 + 0.5) * size);
  const y = Math.floor((point.y / 2 + 0.5) * size);
  if (!isPeriodic && (x < 0 || y < 0 || x >= size || y >= size)) return null;
  const wrap = (n: number): number => ((n % size) + size) % size;
  return wrap(x) + size * wrap(y);
}
