/**
 * Colours that people with any colour vision tell apart. Series: Okabe and Ito (2008). Sequential maps: viridis (Smith
 * and van der Walt 2015) and cividis (Nunez, Anderton and Renslow 2018), both perceptually uniform, by interpolation
 * between tabulated colours. Sequential maps show amounts; nothing here is for signed data.
 */

/** Names of the colour maps. */
export type ColorScale = "viridis" | "cividis";

/** sRGB, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Colours at equal distances from 0 to 1. */
const ANCHORS: Readonly<Record<ColorScale, readonly string[]>> = {
  viridis: [
    ...["440154", "481a6c", "472f7d", "414487", "39568c", "31688e", "2a788e", "23888e", "1f988b"],
    ...["22a884", "35b779", "54c568", "7ad151", "a5db36", "d2e21b", "fde725"],
  ],
  cividis: [
    ...["00224e", "002f6c", "1b3c6d", "35466b", "48516a", "575c6d", "656870", "727374", "807f78"],
    ...["908a77", "a19776", "b2a46f", "c5b268", "d9c05c", "ecd04c", "fee838"],
  ],
};

/**
 * A colour of a sequential map.
 *
 * @param t position in [0, 1]; values outside are clamped
 * @example
 * ```ts
 * import { sampleSequential } from "isinglass/figures";
 * sampleSequential("viridis", 0); // => [68, 1, 84]
 * ```
 */
export function sampleSequential(scale: ColorScale, t: number): Rgb {
  const anchors = ANCHORS[scale];
  const position = Math.min(1, Math.max(0, t)) * (anchors.length - 1);
  const index = Math.min(anchors.length - 2, Math.floor(position));
  const low = parseHex(anchors[index] as string);
  const high = parseHex(anchors[index + 1] as string);
  const mix = (i: 0 | 1 | 2): number => Math.round(low[i] + (high[i] - low[i]) * (position - index));
  return [mix(0), mix(1), mix(2)];
}

function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Colours of a figure; in a web page they may be CSS variables, in a file they are plain colours. */
export interface Theme {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  readonly grid: string;
  /** Theory: a line. */
  readonly theory: string;
  /** Measurement: points with error bars. */
  readonly measured: string;
  /** A third series, or what to look at. */
  readonly accent: string;
}

/** On white paper. */
export const LIGHT_THEME: Theme = {
  foreground: "#1a1a1a",
  muted: "#595959",
  background: "#ffffff",
  grid: "#d9d9d9",
  theory: "#0072b2",
  measured: "#b34700",
  accent: "#007a5a",
};

/** On a dark page. */
export const DARK_THEME: Theme = {
  foreground: "#ececec",
  muted: "#a8a8a8",
  background: "#16181c",
  grid: "#3a3d42",
  theory: "#56b4e9",
  measured: "#ff9d4d",
  accent: "#35c99f",
};

/** In a page that defines the variables `--figure-...` for both schemes. */
export const PAGE_THEME: Theme = {
  foreground: "var(--figure-foreground)",
  muted: "var(--figure-muted)",
  background: "var(--figure-background)",
  grid: "var(--figure-grid)",
  theory: "var(--figure-theory)",
  measured: "var(--figure-measured)",
  accent: "var(--figure-accent)",
};
