/** A painter at work on the page's canvas: draws at the display's rate, and only when something changed. */
import { effect } from "@preact/signals";
import { theme } from "../../../theme.ts";
import { inspect, isRunning, lattice, onPicture, picked, requestPicture, spins } from "../run/index.ts";
import type { BuiltLattice } from "../simulation/messages.ts";
import { state } from "../state.ts";
import type { Window } from "./camera.ts";
import { setSource } from "./capture.ts";
import { followKeys } from "./keys.ts";
import { createPainter } from "./painter.ts";
import { followPointers } from "./pointers.ts";
import { colorsOf, type DiscScene, type Painter, type Scene, type SquareScene } from "./scene.ts";

/**
 * Draws into a canvas and lets it be moved; returns how to end that. `note` is told what draws when that is not WebGL2, `announce` what
 * a screen reader should say.
 */
export function attach(
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
