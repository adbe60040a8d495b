/** Mouse, touch, keys and wheel of the diagram: they move the cross-hair or the window. */
import type { DiagramLayout } from "./diagram-layout.ts";
import { state } from "./state.ts";
import { moveBy, moveTo, pan, resetWindow, zoom } from "./window.ts";

/** Factor of one notch of the wheel or one press of + or -. */
const ZOOM = 1.25;

/** Arrows move the cross-hair, + - 0 change the window. */
export function onKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey) return;
  const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  const here = { weightVariance: state.weightVariance.peek(), biasVariance: state.biasVariance.peek() };
  if (move !== undefined)
    moveBy(move[0] as number, move[1] as number, event.shiftKey ? 10 : event.altKey ? 0.1 : 1);
  else if (event.key === "+" || event.key === "=") zoom(1 / ZOOM, here);
  else if (event.key === "-") zoom(ZOOM, here);
  else if (event.key === "0") resetWindow();
  else return;
  event.preventDefault();
}

/** Moves the cross-hair with the pointer; with Shift, the window. A finger must start near the cross-hair, so that it can scroll. */
export function startDrag(event: PointerEvent, layout: DiagramLayout): void {
  const plane = event.currentTarget as HTMLElement;
  if (event.button !== 0) return;
  const start = placeOf(event, plane, layout);
  const { box } = layout;
  const isOutside = start.x < box.left || start.x > box.right || start.y < box.top || start.y > box.bottom;
  const isHandle = (event.target as HTMLElement).classList.contains("cross-hair");
  if (isOutside && !isHandle) return;
  const isPan = event.shiftKey;
  const [weights, biases] = [state.weights.peek(), state.biases.peek()];
  const follow = (now: PointerEvent): void => {
    const to = placeOf(now, plane, layout);
    if (isPan) pan(weights, biases, start.w - to.w, start.b - to.b);
    else moveTo(to.w, to.b);
  };
  if (event.pointerType === "touch" && !isHandle) {
    // a tap moves the cross-hair; a swipe scrolls the page
    const tap = (end: PointerEvent): void => {
      if (Math.hypot(end.clientX - event.clientX, end.clientY - event.clientY) < 10) {
        follow(end);
        state.commit();
      }
    };
    plane.addEventListener("pointerup", tap, { once: true });
    plane.addEventListener("pointercancel", () => plane.removeEventListener("pointerup", tap), {
      once: true,
    });
    return;
  }
  event.preventDefault();
  plane.querySelector<HTMLElement>(".cross-hair")?.focus();
  plane.setPointerCapture(event.pointerId);
  const controller = new AbortController();
  const { signal } = controller;
  const end = (): void => {
    controller.abort();
    state.commit();
  };
  plane.addEventListener("pointermove", follow, { signal });
  plane.addEventListener("pointerup", end, { signal });
  plane.addEventListener("pointercancel", end, { signal });
  if (!isPan) follow(event);
}

/** Zooms once the diagram has the focus, so that a passing page scroll does not: Shift keeps the bias axis, Alt the other. */
export function onWheel(event: WheelEvent, layout: DiagramLayout): void {
  const plane = event.currentTarget as HTMLElement;
  if (!(event.ctrlKey || plane.contains(document.activeElement))) return;
  event.preventDefault();
  const { w, b } = placeOf(event, plane, layout);
  const turn = event.deltaY === 0 ? event.deltaX : event.deltaY; // some systems turn Shift + wheel sideways
  zoom(
    turn > 0 ? ZOOM : 1 / ZOOM,
    { weightVariance: w, biasVariance: b },
    {
      lockBiases: event.shiftKey,
      lockWeights: event.altKey,
    },
  );
  // a turn of the wheel is one step of the history
  if (wheelEnd !== null) clearTimeout(wheelEnd);
  wheelEnd = setTimeout(() => {
    wheelEnd = null;
    state.commit();
  }, WHEEL_REST);
}

/** Milliseconds without a notch that end a turn of the wheel. */
const WHEEL_REST = 400;
let wheelEnd: ReturnType<typeof setTimeout> | null = null;

function placeOf(
  event: MouseEvent,
  plane: HTMLElement,
  { x, y }: DiagramLayout,
): { x: number; y: number; w: number; b: number } {
  const rect = plane.getBoundingClientRect();
  const [px, py] = [event.clientX - rect.left, event.clientY - rect.top];
  return { x: px, y: py, w: x.toValue(px), b: y.toValue(py) };
}
