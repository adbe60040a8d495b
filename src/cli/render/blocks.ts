/** Heat maps in the terminal: two rows of cells in one line of half blocks when there is colour, letters when not. */
import { type ColorScale, sampleSequential } from "../../figures/index.ts";
import type { Style } from "../command.ts";

/** A map of cells; `cell(i, j)` is row i from the bottom and column j from the left. */
export interface BlockMap {
  readonly rows: number;
  readonly columns: number;
  /** Position on the colour scale in [0, 1]; NaN leaves the cell blank. */
  readonly shade: (row: number, column: number) => number;
  /** One character that tells the cell apart without colour: "o" for ordered, "x" for chaotic. */
  readonly letter: (row: number, column: number) => string;
  readonly scale: ColorScale;
}

/** Draws the map, first line on top; a line of text covers one row of cells. */
export function renderBlocks(map: BlockMap, style: Style): string[] {
  const lines: string[] = [];
  for (let row = map.rows - 1; row >= 0; row--) {
    let line = "";
    for (let column = 0; column < map.columns; column++) {
      const shade = map.shade(row, column);
      const letter = map.letter(row, column);
      const isShaded = style.enabled && Number.isFinite(shade) && letter.trim() !== "";
      line += isShaded ? style.rgb(letter === "*" ? "◆" : "█", sampleSequential(map.scale, shade)) : letter;
    }
    lines.push(line);
  }
  return lines;
}
