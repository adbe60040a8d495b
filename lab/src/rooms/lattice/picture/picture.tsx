/** The canvas: drags, wheel, pinch and keys move the view; a click picks a cell. Draws at the display's rate, and only when something changed. */
import { effect, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Point } from "../../../../../src/lattice/index.ts";
import { theme } from "../../../theme.ts";
import { inspect, isRunning, lattice, onPicture, picked, requestPicture, spins } from "../client.ts";
import type { BuiltLattice } from "../simulation/messages.ts";
import { state } from "../state.ts";
import {
  type Camera,
  dragDisc,
  dragFlat,
  HOME,
  stepDisc,
  toPicture,
  turnDisc,
  type Window,
  zoomAt,
} from "./camera.ts";
import { setSource } from "./capture.ts";
import { createPainter } from "./painter.ts";
import { siteAt } from "./picking.ts";
import { colorsOf, type DiscScene, type Painter, type Scene, type SquareScene } from "./scene.ts";

/** Pixels that a press may move and still be a click. */
const CLICK = 4;
const WHEEL = 0.0015;
/** One arrow: a hyperbolic distance, or a share of the picture. */
const STEP = 0.15;

/** The picture of the lattice. */
export function Picture({
  label,
  note,
}: {
  readonly label: string;
  note(text: string | null): void;
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const announced = useSignal("");
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    return attach(element, note, (text) => {
      announced.value = text;
    });
  }, [note, announced]);
  return (
    <>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas that takes arrow keys is an application */}
      <canvas
        ref={canvas}
        class="lattice-canvas"
        tabIndex={0}
        role="application"
        aria-label={label}
        aria-describedby="lattice-keys"
      />
      <p class="visually-hidden" id="lattice-keys">
        Arrow keys move the view, with Shift ten times as far; plus and minus enlarge; brackets turn; zero
        goes home; Enter picks the cell in the middle.
      </p>
      <output class="visually-hidden" aria-live="polite">
        {announced.value}
      </output>
    </>
  );
}

function attach(
  element: HTMLCanvasElement,
  note: (text: string | null) => void,
  announce: (text: string) => void,
): () => void {
  let painter: Painter | null = null;
  let window_: Window = { width: 1, height: 1 };
  let pixelRatio = 1;
  let isDirty = true;
  let isQueued = false;
  let frame = 0;
  let drawn: { lattice: BuiltLattice | null; scene: DiscScene | SquareScene | null } = {
    lattice: null,
    scene: null,
  };

  const makePainter = (): void => {
    try {
      painter = createPainter(element);
      element.dataset.painter = painter.name;
      note(
        painter.name === "WebGL2"
          ? null
          : "This browser has no WebGL2: drawn by the 2D canvas, cells smaller than two pixels left out. The numbers are the same.",
      );
    } catch (error) {
      note(error instanceof Error ? error.message : String(error));
    }
  };
  const sceneOf = (built: BuiltLattice): DiscScene | SquareScene => {
    const { picture } = built;
    if (picture.kind === "square")
      return { kind: "square", size: picture.size, isPeriodic: picture.isPeriodic };
    const { p, q, motions, dual, layerStart, perLayer } = picture;
    const look = { show: state.show.peek(), drawn: state.cells.peek(), model: state.model.peek() };
    const last = drawn.scene;
    if (drawn.lattice === built && last?.kind === "tiling") return { ...last, ...look };
    return {
      kind: "tiling",
      cells: { p, q, count: motions.length / 4, motions },
      dual: { p: q, q: p, count: dual.length / 4, motions: dual },
      layerStart,
      layers: perLayer.length,
      ...look,
    };
  };
  const paint = (): void => {
    isDirty = false;
    const built = lattice.peek();
    if (built === null || painter === null) return;
    const scene = sceneOf(built);
    drawn = { lattice: built, scene };
    const whole: Scene = {
      lattice: scene,
      camera: state.camera.peek(),
      window: window_,
      pixelRatio,
      colors: colorsOf(theme.peek()),
      spins: spins.data?.length === built.sites ? spins.data : null,
      version: spins.version,
      picked: picked.peek(),
    };
    painter.paint(whole);
  };
  const tick = (): void => {
    isQueued = false;
    if (isDirty) paint();
    if (!isRunning.peek()) return;
    requestPicture();
    queue();
  };
  const queue = (): void => {
    if (isQueued) return;
    isQueued = true;
    frame = requestAnimationFrame(tick);
  };
  const redraw = (): void => {
    isDirty = true;
    queue();
  };

  const resize = (): void => {
    const width = element.clientWidth;
    const height = element.clientHeight;
    pixelRatio = Math.min(2, devicePixelRatio || 1);
    window_ = { width: Math.max(1, width), height: Math.max(1, height) };
    element.width = Math.round(width * pixelRatio);
    element.height = Math.round(height * pixelRatio);
    // a canvas that was resized is empty until it is drawn again
    paint();
  };
  makePainter();
  const observer = new ResizeObserver(resize);
  observer.observe(element);
  resize();

  setSource({ canvas: element, redraw: paint });
  const onLost = (event: Event): void => event.preventDefault();
  const onRestored = (): void => {
    makePainter();
    redraw();
  };
  element.addEventListener("webglcontextlost", onLost);
  element.addEventListener("webglcontextrestored", onRestored);
  // also before the first picture was drawn
  const sceneNow = (): DiscScene | SquareScene | null => {
    const built = lattice.peek();
    return built === null ? null : sceneOf(built);
  };
  const stops = [
    onPicture(redraw),
    effect(() => {
      void [lattice.value, picked.value, theme.value, state.camera.value];
      void [state.show.value, state.cells.value, state.model.value];
      redraw();
    }),
    effect(() => {
      if (isRunning.value) queue();
    }),
    followPointers(
      element,
      () => window_,
      (site) => inspect(site),
      sceneNow,
    ),
    followKeys(element, () => window_, sceneNow, announce),
  ];
  return () => {
    for (const stop of stops) stop();
    setSource(null);
    cancelAnimationFrame(frame);
    observer.disconnect();
    element.removeEventListener("webglcontextlost", onLost);
    element.removeEventListener("webglcontextrestored", onRestored);
    painter?.destroy();
  };
}

type SceneNow = () => DiscScene | SquareScene | null;

/** Drags from where they began, so that no error adds up on the way. */
function followPointers(
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

/** On a torus the view comes round; an open lattice stays in sight. */
function wrap(camera: Camera, scene: DiscScene | SquareScene | null): Camera {
  const isTorus = scene?.kind === "square" && scene.isPeriodic;
  const range = (t: number): number => (isTorus ? t - 2 * Math.round(t / 2) : Math.max(-1, Math.min(1, t)));
  return { ...camera, x: range(camera.x), y: range(camera.y) };
}

/** Enlarging keeps what a torus was turned to. */
function keepTorus(camera: Camera, scene: DiscScene | SquareScene | null): Camera {
  return scene?.kind === "square" && scene.isPeriodic && camera.zoom === 1
    ? { ...camera, x: state.camera.peek().x, y: state.camera.peek().y }
    : camera;
}

function followKeys(
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
