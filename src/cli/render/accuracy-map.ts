/** A trainability scan in characters: one cell per network, the boundary 6 xi_c beside every column. */
import { sampleSequential } from "../../figures/basics/index.ts";
import type { TrainabilityInput } from "../../figures/index.ts";
import type { Style } from "../command.ts";
import { alignColumns } from "./table.ts";

/** Lines for a terminal: depth grows upwards, weight variance to the right. */
export function renderAccuracyMap(input: TrainabilityInput, style: Style): string {
  const { sigmaW2, depths, accuracy, chance, title, multiple = 6 } = input;
  const rows = depths.map((depth, i) => [
    `${depth}`,
    ...sigmaW2.map((_, j) => {
      const value = accuracy[i * sigmaW2.length + j] as number;
      const text = `${Math.round(100 * value)}`.padStart(3);
      return style.enabled
        ? style.rgb(text, sampleSequential("cividis", (value - chance) / (1 - chance)))
        : text;
    }),
  ]);
  const bound = sigmaW2.map((x) => {
    const nearest = input.depthScale.reduce((best, point) =>
      Math.abs(point.sigmaW2 - x) < Math.abs(best.sigmaW2 - x) ? point : best,
    );
    const depth = multiple * nearest.xiC;
    return depth < 1000 ? `${Math.round(depth)}` : ">999";
  });
  const lines = alignColumns(
    [...rows.reverse(), ["σ_w²", ...sigmaW2.map((x) => x.toFixed(2))], [`${multiple} ξ_c`, ...bound]],
    [0, ...sigmaW2.map((_, j) => j + 1)],
  );
  return [
    style.bold(title),
    `Accuracy in percent by depth (up) and weight variance (right); theory: training works up to ${multiple} ξ_c layers.`,
    "",
    ...lines,
  ].join("\n");
}
