/** What the server of the lab says about run folders; `src/cli/lab` writes it. */
export type { RunFigure } from "../../../../src/cli/lab/run-figures.ts";
export type { RunSummary } from "../../../../src/cli/lab/run-shelf.ts";
export type { RunFigures, RunView } from "../../../../src/cli/lab/run-view.ts";

import type { RunFigure } from "../../../../src/cli/lab/run-figures.ts";

/** JSON has no NaN and no infinity: unmeasured cells and a diverging depth scale arrive as null. */
export function restoreFigure(figure: RunFigure): RunFigure {
  const orElse = (fallback: number) => (value: number | null) => value ?? fallback;
  const depthScale = figure.input.depthScale.map(({ sigmaW2, xiC }) => ({
    sigmaW2,
    xiC: orElse(Number.POSITIVE_INFINITY)(xiC),
  }));
  const cells = (values: ArrayLike<number>): number[] => Array.from(values, orElse(Number.NaN));
  return figure.draw === "trainability"
    ? { draw: figure.draw, input: { ...figure.input, depthScale, accuracy: cells(figure.input.accuracy) } }
    : { draw: figure.draw, input: { ...figure.input, depthScale, values: cells(figure.input.values) } };
}
