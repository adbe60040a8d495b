/** A phase diagram in characters: colour is the depth scale, letters tell the phases where there is no colour. */
import { formatNumber, sampleSequential } from "../../figures/basics/index.ts";
import type { PhaseDiagram } from "../../signal/theory/index.ts";
import type { Style } from "../command.ts";

/** log10 of the depth scale at the bright end of the colours. */
const BRIGHTEST = 3;
const LETTERS = { "-1": "·", "0": "*", "1": "x" } as const;

/** Lines for a terminal. */
export function renderPhaseBlocks(diagram: PhaseDiagram, style: Style): string {
  const { activation, nx, ny, sigmaW2, sigmaB2, criticalLine } = diagram;
  const isLine = cellsOnLine(diagram);
  const lines = Array.from({ length: ny }, (_, k) => {
    const row = ny - 1 - k;
    const label =
      row === ny - 1 || row === 0 || row === Math.floor(ny / 2)
        ? formatNumber(sigmaB2[row] as number, 3)
        : "";
    const cells = Array.from({ length: nx }, (_, column) => cell(diagram, row * nx + column, isLine, style));
    return `${label.padStart(7)} ┤${cells.join("")}`;
  });
  const [left, right] = [formatNumber(sigmaW2[0] as number, 3), formatNumber(sigmaW2[nx - 1] as number, 3)];
  const axis = `${" ".repeat(9)}${left}${right.padStart(Math.max(1, nx - left.length))}`;
  return [
    style.bold(`Phase diagram of ${activation}: weight variance across, bias variance up`),
    "",
    ...lines,
    axis,
    "",
    `${LETTERS["-1"]} ordered   ${LETTERS["1"]} chaotic   ${LETTERS["0"]} critical${style.enabled ? "   brighter: deeper" : ""}`,
    criticalLine.length === 0 ? `${activation} has no critical line in this range.` : "",
  ]
    .join("\n")
    .trimEnd();
}

function cell({ xiC, phase }: PhaseDiagram, at: number, isLine: ReadonlySet<number>, style: Style): string {
  const letter = isLine.has(at) ? LETTERS["0"] : LETTERS[String(phase[at]) as keyof typeof LETTERS];
  if (!style.enabled) return letter;
  const shade = Math.log10(Math.max(1, Math.min(10 ** BRIGHTEST, xiC[at] as number))) / BRIGHTEST;
  return style.rgb(
    isLine.has(at) ? LETTERS["0"] : "█",
    isLine.has(at) ? [255, 255, 255] : sampleSequential("viridis", shade),
  );
}

/** Cells between which chi_1 crosses 1 along the weight variance. */
function cellsOnLine({ nx, ny, chi1 }: PhaseDiagram): ReadonlySet<number> {
  const cells = new Set<number>();
  for (let row = 0; row < ny; row++) {
    for (let column = 1; column < nx; column++) {
      const at = row * nx + column;
      const [before, here] = [(chi1[at - 1] as number) - 1, (chi1[at] as number) - 1];
      if (before < 0 !== here < 0) cells.add(Math.abs(before) < Math.abs(here) ? at - 1 : at);
    }
  }
  return cells;
}
