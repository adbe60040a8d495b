/** The worker of exact values and drawings. */
import { drawDual, drawTiling, writeConfiguration } from "../../../../../src/figures/index.ts";
import { dualTiling, meshOf, parseLattice, placeCells } from "../../../../../src/lattice/index.ts";
import { giveWay, serveJob } from "../../../jobs/worker.ts";
import { nameOf } from "../plan.ts";
import type { ExactRequest, ExactResult, ExactValues, ModelSpec } from "./messages.ts";
import { curvesOf, pointsOf, refiningGrid, solvePoint, solverOf, solveTransitions } from "./solve.ts";

/** Planning takes long, and the next request is mostly of the same lattice. */
let planned: { readonly key: string; readonly found: ReturnType<typeof solverOf> } | null = null;

function solverFor(model: ModelSpec): ReturnType<typeof solverOf> {
  const key = JSON.stringify(model);
  if (planned?.key !== key) planned = { key, found: solverOf(model) };
  return planned.found;
}

serveJob<ExactRequest, ExactResult, ExactResult>(async (request, { signal, progress, partial }) => {
  switch (request.kind) {
    case "point":
      return solvePoint(request.model, solverFor(request.model), request.temperature);
    case "transitions":
      return solveTransitions(request.lattice);
    case "drawing":
      return draw(request);
    case "curves": {
      const { model, range } = request;
      const { solver, reason } = solverFor(model);
      if (solver === null) return { kind: "curves", curves: curvesOf(model, [], range), reason };
      const solved: [number, ExactValues][] = [];
      const grid = refiningGrid(range, pointsOf(solver));
      for (const temperature of grid) {
        signal.throwIfAborted();
        const { values } = solvePoint({ ...model, lattice: model.lattice }, { solver, reason }, temperature);
        solved.push([temperature, finiteOnly(values)]);
        progress({ done: solved.length, total: grid.length, step: "exact curve" });
        if (solved.length % 8 === 0 || solver.work > 1e8)
          partial({ kind: "curves", curves: curvesOf(model, solved, range), reason: null });
        await giveWay();
      }
      return { kind: "curves", curves: curvesOf(model, solved, range), reason: null };
    }
  }
});

/** Values of this lattice; those of the infinite one have a curve of their own. */
function finiteOnly(values: ExactValues): ExactValues {
  return Object.fromEntries(Object.entries(values).filter(([, { method }]) => !method.includes("infinite")));
}

function draw(request: Extract<ExactRequest, { kind: "drawing" }>): ExactResult {
  const { lattice, temperature, spins, show, view, model } = request;
  const graph = parseLattice(nameOf(lattice));
  if (show === "spins" || graph.shape.kind !== "hyperbolic") {
    const signs = Int8Array.from(spins, (byte) => (byte > 127 ? 1 : -1));
    return { kind: "drawing", ...writeConfiguration({ graph, spins: signs, temperature, view, model }) };
  }
  const { tiling } = graph.shape;
  const placement = placeCells(tiling, { view });
  const isDual = show === "dual";
  const text = isDual
    ? drawDual(dualTiling(meshOf(tiling)), placement, { model })
    : drawTiling(placement, { model });
  const title = isDual
    ? `The dual of a patch of {${tiling.p},${tiling.q}}`
    : `The tiling {${tiling.p},${tiling.q}}`;
  return { kind: "drawing", title, caption: `${tiling.cells} cells, coloured by layer.`, text };
}
