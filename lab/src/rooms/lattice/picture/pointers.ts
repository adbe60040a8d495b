/** Pointer and wheel on the picture: drags move the plane under it, wheel and pinch enlarge, a click picks. */
import type { Point } from "../../../../../src/lattice/index.ts";
import { state } from "../state.ts";
import { type Camera, dragDisc, dragFlat, HOME, toPicture, type Window, zoomAt } from "./camera.ts";
import { siteAt } from "./picking.ts";
import { keepTorus, type SceneNow, wrap } from "./torus.ts";

/** Pixels that a press may move and still be a click. */
const CLICK = 4;
const WHEEL = 0.0015;

/** Drags from where they began, so that no error adds up on the way. */
export function followPointers(
  element: HTMLCanvasElement,
  windowNow: () => Window,
  pick: (site: number | null) => void,
  sceneNow: SceneNow,
): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let began: { camera: Camera; x: number; y: number; hasMoved: boolean } | null = null;
  let pinch: { camera: Camera; distance: number; x: number; y: number } | null = null;
  const place = (event: PointerEvent | WheelEvent | MouseEvent): { x: number; y: number } => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    const at = place(event);
    pointers.set(event.pointerId, at);
    began = pointers.size === 1 ? { camera: state.camera.peek(), ...at, hasMoved: false } : null;
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()] as [Point, Point];
      pinch = {
        camera: state.camera.peek(),
        distance: Math.hypot(a.x - b.x, a.y - b.y),
        x: (a.x + b.x) / 2,
        y: (a.y + b.y) / 2,
      };
    }
  };
  const moved = (event: PointerEvent): void => {
    if (!pointers.has(event.pointerId)) return;
    const at = place(event);
    pointers.set(event.pointerId, at);
    if (pinch !== null && pointers.size === 2) {
      const [a, b] = [...pointers.values()] as [Point, Point];
      const factor = Math.hypot(a.x - b.x, a.y - b.y) / pinch.distance;
      state.camera.edit(zoomAt(pinch.camera, windowNow(), pinch.x, pinch.y, factor));
      return;
    }
    if (began === null) return;
    if (!began.hasMoved && Math.hypot(at.x - began.x, at.y - began.y) < CLICK) return;
    began.hasMoved = true;
    element.dataset.dragging = "true";
    const window = windowNow();
    const from = toPicture(began.camera, window, began.x, began.y);
    const to = toPicture(began.camera, window, at.x, at.y);
    const isFlat = sceneNow()?.kind === "square" || event.shiftKey;
    state.camera.edit(
      isFlat
        ? wrap(dragFlat(began.camera, from, to), sceneNow())
        : dragDisc(began.camera, state.model.peek(), from, to),
    );
  };
  const up = (event: PointerEvent): void => {
    if (!pointers.delete(event.pointerId)) return;
    const wasClick = began !== null && !began.hasMoved;
    if (wasClick && event.type === "pointerup") {
      const at = place(event);
      const scene = sceneNow();
      pick(
        scene === null
          ? null
          : siteAt(scene, state.camera.peek(), windowNow(), state.model.peek(), at.x, at.y),
      );
    } else state.camera.commit();
    began = null;
    pinch = null;
    delete element.dataset.dragging;
  };
  let wheelEnd: ReturnType<typeof setTimeout> | undefined;
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { x, y } = place(event);
    const lines = event.deltaMode === 1 ? 16 : 1;
    const factor = Math.exp(-event.deltaY * lines * WHEEL * (event.ctrlKey ? 4 : 1));
    state.camera.edit(keepTorus(zoomAt(state.camera.peek(), windowNow(), x, y, factor), sceneNow()));
    clearTimeout(wheelEnd);
    wheelEnd = setTimeout(() => state.camera.commit(), 300);
  };
  const home = (): void => state.camera.commit(HOME);
  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", moved);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("wheel", wheel, { passive: false });
  element.addEventListener("dblclick", home);
  return () => {
    clearTimeout(wheelEnd);
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", moved);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", up);
    element.removeEventListener("wheel", wheel);
    element.removeEventListener("dblclick", home);
  };
}
