/** How the curves of pins differ: by dashes and by colour, in the order of the pins; the same in files. */
import type { Theme } from "../../../../src/figures/basics/index.ts";

/** Lengths of strokes and gaps. */
export const DASHES: readonly (readonly number[])[] = [
  [7, 4],
  [2, 3],
  [9, 3, 2, 3],
  [1, 5],
];
/** Colours of the theme. */
export const COLORS: readonly (keyof Theme)[] = ["measured", "accent", "foreground", "muted"];
