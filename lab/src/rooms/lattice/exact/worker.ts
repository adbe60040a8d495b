/** The worker of exact values and drawings. */
import { drawTiling, writeConfiguration } from "../../../../../src/figures/index.ts";
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

/** Cells below their dual, as in the picture on the page. */
const BELOW_DUAL = 0.25;

function draw(request: Extract<ExactRequest, { kind: "drawing" }>): ExactResult {
  const { lattice, temperature, spins, show, drawn, view, part, model } = request;
  const graph = parseLattice(nameOf(lattice));
  const { shape } = graph;
  const hasDual = shape.kind === "hyperbolic" && drawn !== "cells";
  const drawing = {
    model,
    part,
    ...(hasDual ? { dual: dualTiling(meshOf(shape.tiling)) } : {}),
    ...(drawn === "dual" ? { opacity: BELOW_DUAL } : {}),
  };
  if (show === "spins" || shape.kind !== "hyperbolic") {
    const signs = Int8Array.from(spins, (byte) => (byte > 127 ? 1 : -1));
    return { kind: "drawing", ...writeConfiguration({ graph, spins: signs, temperature, view, ...drawing }) };
  }
  const { tiling } = shape;
  const title = `The tiling {${tiling.p},${tiling.q}}${hasDual ? " and its dual" : ""}`;
  const text = drawTiling(placeCells(tiling, { view }), drawing);
  return { kind: "drawing", title, caption: `${tiling.cells} cells, coloured by layer.`, text };
}
