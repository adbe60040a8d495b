/** `isinglass holography reconstruction`: the bulk from an arc of the boundary. */
import { drawReconstruction, formatNumber } from "../figures/index.ts";
import { measureArcReconstruction } from "../lattice/index.ts";
import { createStream } from "../numerics/index.ts";
import type { CommandContext, Outcome } from "./command.ts";
import { asTable } from "./holography-fields.ts";
import { HOLOGRAPHY_SOURCES, readLayers, readTiling, readWeight } from "./holography-options.ts";
import { type Draw, writeDrawing, writeLatticeReport } from "./lattice-artifacts.ts";
import { readNumber } from "./options.ts";
import { bulletLines } from "./render/estimates.ts";
import { renderTable } from "./render/table.ts";

const DEFAULT_CELLS = 700;

/** Rebuilds a field from an arc and says how far each layer is known. */
export async function runReconstruction(context: CommandContext): Promise<Outcome> {
  const { args, seed } = context;
  const { p, q } = readTiling(args);
  const layers = readLayers(args, p, q, DEFAULT_CELLS);
  const degrees = readNumber(args, "arc", { min: 0, max: 360 }) ?? 180;
  const dataLayers = readNumber(args, "data-layers", { min: 1, integer: true }) ?? 1;
  const noise = readNumber(args, "noise", { min: 0, open: true }) ?? 1e-3;
  const massSquared = readNumber(args, "mass-squared") ?? 0;
  const weight = await readWeight(context, p, q, "second-order");
  const angle = (degrees * Math.PI) / 180;
  const stream = createStream(seed).fork("reconstruction");
  const options = { angle, dataLayers, noise, massSquared, weight };
  const arc = await measureArcReconstruction(p, q, layers, stream, options);
  const { tiling } = arc.smearing;
  const byLayer = tiling.perLayer.map((size, j) => {
    const first = tiling.layerStart[j] as number;
    const mean = (wanted: 0 | 1): number | null => {
      const cells = Array.from({ length: size }, (_, k) => first + k).filter(
        (c) => arc.isInside[c] === wanted,
      );
      if (cells.length === 0) return null;
      return Math.sqrt(
        cells.reduce((sum, c) => sum + (arc.expectedError[c] as number) ** 2, 0) / cells.length,
      );
    };
    return { layer: j, cells: size, inside: mean(1), outside: mean(0) };
  });
  const assumptions = [
    `Fields that obey (w (p - A) + m^2) phi = 0 inside ${layers} edge layers, w = ${formatNumber(weight, 6)}, m^2 = ${massSquared}.`,
    "Boundary values independent with unit variance; errors are relative to the size that a cell's value has then.",
    "Euclidean signature: the kernel extends boundary values inward.",
  ];
  const result = {
    ...{
      p,
      q,
      layers,
      cells: tiling.cells,
      arc: degrees,
      dataCells: arc.dataCells.length,
      dataLayers,
      noise,
    },
    ...{ massSquared, weight, inside: arc.inside, outside: arc.outside, measuredInside: arc.measuredInside },
    ...{ exactResidual: arc.residual, byLayer },
  };
  const number = (value: number | null): string => (value === null ? "-" : value.toFixed(4));
  const outcome: Outcome = {
    result,
    assumptions,
    references: [HOLOGRAPHY_SOURCES.smearing],
    seed,
    text: () =>
      [
        context.style.bold(
          `Reconstruction on {${p},${q}}, ${tiling.cells} cells, from ${degrees} degrees of the boundary: ${arc.dataCells.length} values`,
        ),
        "",
        `  error inside the wedge   ${context.style.bold(number(arc.inside))}  expected; ${number(arc.measuredInside?.value ?? null)} for one random field`,
        `  error outside            ${context.style.bold(number(arc.outside))}`,
        `  whole boundary           exact: the equation holds to ${arc.residual.toExponential(1)}`,
        "",
        renderTable(
          ["layer", "cells", "inside", "outside"],
          byLayer.map((row) => [
            String(row.layer),
            String(row.cells),
            number(row.inside),
            number(row.outside),
          ]),
          [0, 1, 2, 3],
        ),
        ...bulletLines("Assumed:", assumptions),
      ].join("\n"),
    csv: () => [
      ["layer", "cells", "errorInside", "errorOutside"],
      ...byLayer.map((row) => [row.layer, row.cells, row.inside, row.outside]),
    ],
  };
  const draw: Draw = (drawing) => drawReconstruction(arc, drawing);
  await writeDrawing(context, "output", draw);
  await writeLatticeReport(context, outcome, {
    kind: "holography-reconstruction",
    title: `Reconstruction on {${p},${q}}`,
    headline: `An arc of ${degrees} degrees knows its wedge: error ${number(arc.inside)} inside, ${number(arc.outside)} outside`,
    reason: `From the whole boundary the field is exact (${arc.residual.toExponential(0)}).`,
    cards: [
      ["Inside the wedge", number(arc.inside), "expected error"],
      ["Outside", number(arc.outside), "expected error"],
      ["Data", `${arc.dataCells.length} cells`, `noise ${noise}`],
    ],
    tables: [asTable("By layer", outcome.csv?.() ?? [])],
    facts: [],
    draw: [draw],
  });
  return outcome;
}
