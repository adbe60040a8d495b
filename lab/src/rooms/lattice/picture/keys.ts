/** Keys on the picture: arrows move the view, plus and minus enlarge, brackets turn, Enter picks. */
import { inspect } from "../run/index.ts";
import { state } from "../state.ts";
import { type Camera, HOME, stepDisc, turnDisc, type Window, zoomAt } from "./camera.ts";
import { siteAt } from "./picking.ts";
import { keepTorus, type SceneNow, wrap } from "./torus.ts";

/** One arrow: a hyperbolic distance, or a share of the picture. */
const STEP = 0.15;

/** Follows the keys of a canvas that has the focus. */
export function followKeys(
  element: HTMLCanvasElement,
  windowNow: () => Window,
  sceneNow: SceneNow,
  announce: (text: string) => void,
): () => void {
  const directions: Readonly<Record<string, number>> = {
    ArrowRight: 0,
    ArrowUp: Math.PI / 2,
    ArrowLeft: Math.PI,
    ArrowDown: -Math.PI / 2,
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return;
    const camera = state.camera.peek();
    const { width, height } = windowNow();
    const size = STEP * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1);
    const direction = directions[event.key];
    const scene = sceneNow();
    const next = ((): Camera | null => {
      if (direction !== undefined) {
        const [dx, dy] = [Math.cos(direction), Math.sin(direction)];
        // an arrow moves the view, so that the picture goes the other way
        return scene?.kind === "square"
          ? wrap(
              { ...camera, x: camera.x + (dx * size) / camera.zoom, y: camera.y + (dy * size) / camera.zoom },
              scene,
            )
          : stepDisc(camera, direction + Math.PI, size);
      }
      switch (event.key) {
        case "+":
        case "=":
          return keepTorus(zoomAt(camera, windowNow(), width / 2, height / 2, 1.25), scene);
        case "-":
          return keepTorus(zoomAt(camera, windowNow(), width / 2, height / 2, 0.8), scene);
        case "[":
          return scene?.kind === "tiling" ? turnDisc(camera, Math.PI / 36) : null;
        case "]":
          return scene?.kind === "tiling" ? turnDisc(camera, -Math.PI / 36) : null;
        case "0":
        case "Home":
          return HOME;
        default:
          return null;
      }
    })();
    if (next !== null) {
      event.preventDefault();
      state.camera.edit(next);
      return;
    }
    if (event.key !== "Enter" || scene === null) return;
    event.preventDefault();
    const site = siteAt(scene, camera, windowNow(), state.model.peek(), width / 2, height / 2);
    inspect(site);
    announce(site === null ? "no cell in the middle" : `cell ${site}`);
  };
  const onKeyUp = (): void => state.camera.commit();
  element.addEventListener("keydown", onKey);
  element.addEventListener("keyup", onKeyUp);
  return () => {
    element.removeEventListener("keydown", onKey);
    element.removeEventListener("keyup", onKeyUp);
  };
}
