/** What a square lattice does to the view: a torus comes round, an open one stays in sight. */
import { state } from "../state.ts";
import type { Camera } from "./camera.ts";
import type { DiscScene, SquareScene } from "./scene.ts";

/** The lattice on the page now. */
export type SceneNow = () => DiscScene | SquareScene | null;

/** On a torus the view comes round; an open lattice stays in sight. */
export function wrap(camera: Camera, scene: DiscScene | SquareScene | null): Camera {
  const isTorus = scene?.kind === "square" && scene.isPeriodic;
  const range = (t: number): number => (isTorus ? t - 2 * Math.round(t / 2) : Math.max(-1, Math.min(1, t)));
  return { ...camera, x: range(camera.x), y: range(camera.y) };
}

/** Enlarging keeps what a torus was turned to. */
export function keepTorus(camera: Camera, scene: DiscScene | SquareScene | null): Camera {
  return scene?.kind === "square" && scene.isPeriodic && camera.zoom === 1
    ? { ...camera, x: state.camera.peek().x, y: state.camera.peek().y }
    : camera;
}
