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
import { onKeyDown, onWheel, startDrag } from "./diagram-input.ts";
import { type DiagramLayout, layoutDiagram } from "./diagram-layout.ts";
import { drawMoving } from "./draw-moving.ts";
import { drawPicture } from "./draw-picture.ts";
import { point } from "./follow.ts";
import type { Painter } from "./painter.ts";
import { state } from "./state.ts";
import { resetWindow } from "./window.ts";

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

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
