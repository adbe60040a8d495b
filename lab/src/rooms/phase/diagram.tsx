/**
 * The phase diagram as it is seen and touched: a picture with the critical line, a cross-hair that mouse, touch and keys
 * move, values along both of its lines in the margins, wheel and keys for the window.
 */
import { computed, effect, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { formatNumber } from "../../../../src/figures/basics/index.ts";
import { CanvasFrame } from "../../figure/index.ts";
import { JobStatus } from "../../jobs/index.ts";
import { prepareCanvas } from "../../plot/index.ts";
import { figureTheme } from "../../theme.ts";
import { diagramCaption, diagramTable, drawDiagramFile, parametersOf } from "./diagram-files.ts";
import { type DiagramLayout, layoutDiagram } from "./diagram-layout.ts";
import { drawMoving, drawPicture } from "./draw-diagram.ts";
import { point } from "./follow.ts";
import type { Painter } from "./painter.ts";
import { state } from "./state.ts";
import { moveBy, moveTo, pan, resetWindow, zoom } from "./window.ts";

/** Factor of one notch of the wheel or one press of + or -. */
const ZOOM = 1.25;

/** The diagram with its frame. */
export function Diagram({ painter }: { painter: Painter }): JSX.Element {
  const picture = painter.picture;
  return (
    <CanvasFrame
      name="phase-diagram"
      title={`Phase diagram of ${state.activation.value}`}
      caption={diagramCaption(picture.value)}
      table={() => diagramTable(picture.peek())}
      data={() => picture.peek()}
      parameters={parametersOf}
      svg={(theme) => drawDiagramFile(picture.peek(), theme)}
    >
      <Plane painter={painter} />
      <JobStatus job={painter.job} what="the picture" />
    </CanvasFrame>
  );
}

function Plane({ painter }: { painter: Painter }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  const layout = useMemo(
    () => computed(() => layoutDiagram(Math.max(280, width.value), state.weights.value, state.biases.value)),
    [width],
  );
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      width.value = element.clientWidth;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [width]);
  useEffect(
    () => followAtFrames(() => drawBelow(below.current, layout.value, painter, width.value)),
    [layout, painter, width],
  );
  useEffect(
    () => followAtFrames(() => drawAbove(above.current, layout.value, painter, width.value)),
    [layout, painter, width],
  );
  const { height } = layout.value;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the cross-hair inside has the keys
    <div
      class="plane"
      ref={box}
      style={{ height: `${height}px` }}
      onPointerDown={(event) => startDrag(event, layout.value)}
      onDblClick={resetWindow}
      onWheel={(event) => onWheel(event, layout.value)}
    >
      <div aria-hidden="true">
        <canvas ref={below} />
        <canvas ref={above} />
      </div>
      <CrossHair layout={layout.value} />
    </div>
  );
}

/** Draws when a signal it reads has changed, once a frame at most. `read` returns what to draw then. */
function followAtFrames(read: () => (() => void) | null): () => void {
  let frame = 0;
  let latest: (() => void) | null = null;
  const stop = effect(() => {
    latest = read();
    if (frame === 0)
      frame = requestAnimationFrame(() => {
        frame = 0;
        latest?.();
      });
  });
  return () => {
    stop();
    cancelAnimationFrame(frame);
  };
}

function drawBelow(
  canvas: HTMLCanvasElement | null,
  layout: DiagramLayout,
  painter: Painter,
  width: number,
): (() => void) | null {
  const picture = painter.picture.value;
  const theme = figureTheme.value;
  const quantity = state.quantity.value;
  const [weights, biases] = [state.weights.value, state.biases.value];
  const isStale = picture !== null && picture.activation !== state.activation.value;
  if (canvas === null || width === 0) return null;
  return () => {
    const context = prepareCanvas(canvas, layout.width, layout.height);
    if (context !== null) drawPicture(context, layout, weights, biases, picture, quantity, theme, isStale);
  };
}

function drawAbove(
  canvas: HTMLCanvasElement | null,
  layout: DiagramLayout,
  painter: Painter,
  width: number,
): (() => void) | null {
  const picture = painter.picture.value;
  const theme = figureTheme.value;
  const at = { weightVariance: state.weightVariance.value, biasVariance: state.biasVariance.value };
  const [pins, activation, quantity] = [state.pins.value, state.activation.value, state.quantity.value];
  if (canvas === null || width === 0) return null;
  return () => {
    const context = prepareCanvas(canvas, layout.width, layout.height);
    if (context !== null) drawMoving(context, layout, at, pins, activation, picture, quantity, theme);
  };
}

/** The handle: focusable, with its place and what is known there as its value. */
function CrossHair({ layout }: { layout: DiagramLayout }): JSX.Element {
  const w = state.weightVariance.value;
  const b = state.biasVariance.value;
  const field = point.result.value?.field;
  const [x, y] = [layout.x.toPixel(w), layout.y.toPixel(b)];
  const { box } = layout;
  const isInside = x >= box.left - 1 && x <= box.right + 1 && y >= box.top - 1 && y <= box.bottom + 1;
  const text = `weight variance ${formatNumber(w)}, bias variance ${formatNumber(b)}${field ? `, ${field.phase}, depth scale ${formatNumber(field.xiC.value, 3)} layers` : ""}`;
  return (
    <div
      class="cross-hair"
      role="slider"
      tabIndex={0}
      aria-label="cross-hair"
      aria-valuenow={w}
      aria-valuetext={text}
      aria-roledescription="point in the plane"
      style={{
        transform: `translate(${clamp(x, box.left, box.right)}px, ${clamp(y, box.top, box.bottom)}px)`,
        opacity: isInside ? "1" : "0.35",
      }}
      onKeyDown={onKeyDown}
      onKeyUp={() => state.commit()}
    />
  );
}

function onKeyDown(event: KeyboardEvent): void {
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
function startDrag(event: PointerEvent, layout: DiagramLayout): void {
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
function onWheel(event: WheelEvent, layout: DiagramLayout): void {
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

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
