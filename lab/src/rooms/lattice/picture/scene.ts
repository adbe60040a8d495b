/** What a painter is asked to draw, whatever it draws with. */
import type { Camera, DiscModel, Window } from "./camera.ts";
import type { Cells } from "./cells.ts";

/** sRGB, 0 to 1. */
export type Rgb = readonly [number, number, number];

/** Colours of the picture. */
export interface Colors {
  readonly up: Rgb;
  readonly down: Rgb;
  readonly page: Rgb;
  /** The disc where no cell is. */
  readonly paper: Rgb;
  readonly rim: Rgb;
  /** Between cells. */
  readonly line: Rgb;
  readonly pick: Rgb;
  readonly dual: Rgb;
}

/** A tiling on the disc. */
export interface DiscScene {
  readonly kind: "tiling";
  readonly cells: Cells;
  readonly dual: Cells;
  readonly layerStart: readonly number[];
  readonly layers: number;
  readonly show: "spins" | "layers";
  readonly drawn: "cells" | "both" | "dual";
  readonly model: DiscModel;
}

/** A square lattice. */
export interface SquareScene {
  readonly kind: "square";
  readonly size: number;
  readonly isPeriodic: boolean;
}

/** A picture. */
export interface Scene {
  readonly lattice: DiscScene | SquareScene;
  readonly camera: Camera;
  readonly window: Window;
  readonly pixelRatio: number;
  readonly colors: Colors;
  /** 255 up, 0 down, by site; a new `version` when they have changed. */
  readonly spins: Uint8Array | null;
  readonly version: number;
  readonly picked: { readonly site: number; readonly neighbours: readonly number[] } | null;
}

/** Draws scenes into a canvas. */
export interface Painter {
  readonly name: "WebGL2" | "canvas 2D";
  paint(scene: Scene): void;
  destroy(): void;
}

const LIGHT: Colors = {
  up: [0.04, 0.29, 0.5],
  down: [0.96, 0.72, 0.29],
  page: [1, 1, 1],
  paper: [0.95, 0.94, 0.91],
  rim: [0.45, 0.45, 0.43],
  line: [0.99, 0.98, 0.96],
  pick: [0.75, 0.05, 0.25],
  dual: [0.1, 0.1, 0.12],
};
const DARK: Colors = {
  up: [0.13, 0.36, 0.57],
  down: [0.98, 0.7, 0.28],
  page: [0.086, 0.094, 0.11],
  paper: [0.12, 0.13, 0.15],
  rim: [0.4, 0.43, 0.47],
  line: [0.07, 0.08, 0.1],
  pick: [1, 0.35, 0.5],
  dual: [0.93, 0.94, 0.96],
};

/** Colours of a theme: blue is +1, orange -1, as in figures. */
export function colorsOf(theme: "light" | "dark"): Colors {
  return theme === "dark" ? DARK : LIGHT;
}

/** The colour of a layer: hue turns outward, lightness rises and alternates, so that neighbours differ in grey too. */
export function layerColor(layer: number, layers: number): Rgb {
  const t = layers <= 1 ? 0 : layer / (layers - 1);
  const lightness = Math.min(0.88, 0.3 + 0.42 * t + (layer % 2 === 0 ? 0 : 0.1));
  return hsl(255 - 215 * t, 0.5, lightness);
}

function hsl(hue: number, saturation: number, lightness: number): Rgb {
  const a = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number): number => {
    const k = (n + (((hue % 360) + 360) % 360) / 30) % 12;
    return lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [channel(0), channel(8), channel(4)];
}

/** As CSS. */
export function css(color: Rgb, alpha = 1): string {
  const [r, g, b] = color.map((c) => Math.round(255 * c)) as [number, number, number];
  return `rgb(${r} ${g} ${b} / ${alpha})`;
}
