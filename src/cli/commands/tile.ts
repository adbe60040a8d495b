/** `isinglass tile`: a hyperbolic tiling, triangle group or closed surface as counts, and as a picture. */
import { freemem } from "node:os";
import { SpecError } from "../../base/index.ts";
import {
  buildSector,
  buildTiling,
  cellGeometry,
  checkIntegrity,
  DEFAULT_TILING_BYTES,
  dualTiling,
  type IntegrityReport,
  type LayerPlan,
  meshOf,
  PLANE_MODELS,
  planPatch,
  type SectorTiling,
  type Tiling,
} from "../../lattice/index.ts";
import { checkWritable } from "../../runs/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { readNumber, readText, requireNumber } from "../options.ts";
import { renderTable } from "../render/table.ts";
import { reportGroup, reportSurface } from "../tile/closed.ts";
import { writePicture } from "../tile/picture.ts";
import { formatBytes, HYPERTILING, readBytes, readWord } from "../tile/words.ts";

const example = "isinglass tile --p 7 --q 3 --layers 6";

export const tileCommand: Command = {
  name: "tile",
  summary: "A hyperbolic tiling {p,q}: cells and bonds by layer, and its picture",
  examples: [
    example,
    `${example} --svg tiling.svg --model band`,
    "isinglass tile --p 3 --q 7 --layers 8 --refine 2 --svg refined.svg",
    "isinglass tile --p 7 --q 3 --layers 18 --sector",
    "isinglass tile --group 7,3,2 --layers 26",
    "isinglass tile --surface klein",
  ],
  args: {
    p: { type: "string", valueHint: "P", description: "edges of a cell" },
    q: { type: "string", valueHint: "Q", description: "cells round a vertex" },
    layers: { type: "string", valueHint: "N", description: "layers, the centre being the first" },
    by: {
      type: "string",
      valueHint: "edge|vertex",
      default: "edge",
      description: "what joins a layer to the next",
    },
    centre: {
      type: "string",
      alias: "center",
      valueHint: "cell|vertex",
      default: "cell",
      description: "what sits in the middle",
    },
    sector: {
      type: "boolean",
      description: "build one of the sectors that are alike, for 1/p of the memory",
    },
    dual: { type: "boolean", description: "count and draw the dual tiling of the patch" },
    refine: { type: "string", valueHint: "N", description: "cut every triangle into four, N times (p = 3)" },
    check: {
      type: "boolean",
      description: "check degrees and loops round every vertex (exit 1 if one fails)",
    },
    group: {
      type: "string",
      valueHint: "P,Q,R",
      description: "triangle group instead of {p,q}; layers are word lengths",
    },
    surface: {
      type: "string",
      valueHint: "NAME",
      description: "closed surface instead: bolza, klein, bring, hurwitz14, hurwitz129, with :dual",
    },
    "max-memory": { type: "string", valueHint: "SIZE", description: "refuse above this, such as 4GB" },
    svg: { type: "string", valueHint: "FILE", description: "write the picture, with geodesic edges" },
    model: {
      type: "string",
      valueHint: PLANE_MODELS.join("|"),
      default: "poincare",
      description: "model of the plane to draw in",
    },
    view: { type: "string", valueHint: "CELL", description: "cell to move into the middle of the picture" },
  },
  async run(context): Promise<Outcome> {
    const { args } = context;
    const svg = readText(args, "svg");
    if (svg !== undefined) checkWritable(svg, { force: args.force === true });
    const model = readWord(args.model, "model", PLANE_MODELS);
    const surface = readText(args, "surface");
    const group = readText(args, "group");
    refuseTogether(context);
    if (surface !== undefined) return reportSurface(surface, context);
    const layers = requireNumber(args, "layers", { min: 1, integer: true }, example);
    if (group !== undefined) return reportGroup(group, layers, { svg, model }, context);
    const size = { min: 3, integer: true };
    const p = requireNumber(args, "p", size, example);
    const q = requireNumber(args, "q", size, example);
    const options = {
      by: readWord(args.by, "by", ["edge", "vertex"] as const),
      centre: readWord(args.centre, "centre", ["cell", "vertex"] as const),
      maxBytes: readBytes(args, "max-memory") ?? Math.min(DEFAULT_TILING_BYTES, 0.9 * freemem()),
    };
    const refine = readNumber(args, "refine", { min: 0, max: 12, integer: true });
    if (refine !== undefined && p !== 3)
      throw new SpecError(`--refine is for triangles: tiling {${p},${q}} has cells with ${p} edges`, {
        hint: "use --p 3, or --dual where q is 3",
      });
    const isWhole = args.sector !== true || svg !== undefined || args.dual === true || args.check === true;
    const needsTree = svg !== undefined;
    const sector = args.sector === true ? buildSector(p, q, layers, options) : null;
    const tiling = isWhole ? buildTiling(p, q, layers, { ...options, tree: needsTree }) : null;
    const dual = tiling !== null && args.dual === true ? dualTiling(meshOf(tiling)) : null;
    const integrity = tiling !== null && args.check === true ? checkIntegrity(tiling) : null;
    if (svg !== undefined && tiling !== null) {
      const view = readNumber(args, "view", { min: 0, max: tiling.cells - 1, integer: true });
      await writePicture(svg, tiling, { model, view, dual, refine, sector }, context);
    }
    const counted = tiling ?? (sector as SectorTiling);
    const { by, centre, cells, perLayer } = counted;
    const plan = planPatch(p, q, layers, by, centre);
    const bonds = (p * cells - (plan.at(-1) as LayerPlan).edges) / 2;
    const bytes = bytesOf(sector ?? (tiling as Tiling));
    const result = {
      p,
      q,
      by,
      centre,
      layers,
      cells,
      bonds,
      perLayer,
      boundaryEdges: plan.at(-1)?.edges,
      memory: { bytes, perCell: bytes / cells },
      geometry: cellGeometry(p, q),
      ...(sector && { sector: { sectors: sector.sectors, stored: sector.offsets.length - 1 } }),
      ...(dual && { dual: { p: q, q: p, cells: dual.cells, bonds: dual.bonds } }),
      ...(refine !== undefined && p === 3 && { refined: { times: refine, triangles: cells * 4 ** refine } }),
      ...(integrity && { integrity }),
    };
    return {
      result,
      assumptions: [
        by === "edge"
          ? "A layer holds the cells at one graph distance from the centre."
          : "A layer holds the cells that share a vertex with the layers before.",
        "Bonds join cells that share an edge; those that leave the patch are not counted.",
        ...(dual ? ["The dual has a cell at every vertex that is surrounded by q cells."] : []),
      ],
      references: [HYPERTILING],
      seed: null,
      ...(integrity?.isSound === false && { exitCode: 1 }),
      text: () => render(result, context),
      csv: () => [["layer", "cells"], ...perLayer.map((n, j) => [j, n])],
    };
  },
};

/** Options that contradict each other. */
function refuseTogether({ args }: CommandContext): void {
  const forms = ["p", "group", "surface"].filter((name) => readText(args, name) !== undefined);
  if (forms.length > 1)
    throw new SpecError(`tile: received --${forms.join(" and --")}, expected one of them`, { hint: example });
  if (readText(args, "svg") !== undefined) return;
  for (const name of ["view"])
    if (readText(args, name) !== undefined)
      throw new SpecError(`--${name} is for pictures, and there is no --svg`, {
        hint: `${example} --svg tiling.svg --${name} ${args[name]}`,
      });
}

/** Bytes of the arrays that hold a tiling. */
function bytesOf(tiling: SectorTiling | Tiling): number {
  const { offsets, neighbours } = tiling;
  const tree =
    "parent" in tiling ? (tiling.parent?.byteLength ?? 0) + (tiling.parentEdges?.byteLength ?? 0) : 0;
  return offsets.byteLength + neighbours.byteLength + tree;
}

interface TileResult {
  readonly p: number;
  readonly q: number;
  readonly by: string;
  readonly cells: number;
  readonly bonds: number;
  readonly perLayer: readonly number[];
  readonly memory: { readonly bytes: number; readonly perCell: number };
  readonly sector?: { readonly sectors: number; readonly stored: number };
  readonly dual?: { readonly cells: number; readonly bonds: number };
  readonly refined?: { readonly times: number; readonly triangles: number };
  readonly integrity?: IntegrityReport;
}

function render(result: TileResult, { style }: CommandContext): string {
  const { p, q, by, cells, bonds, perLayer, memory, sector, dual, refined, integrity } = result;
  const { area, centreDistance, edgeLength } = cellGeometry(p, q);
  const growth = perLayer.length > 2 ? (perLayer.at(-1) as number) / (perLayer.at(-2) as number) : null;
  return [
    style.bold(`{${p},${q}}: ${cells} cells, ${bonds} bonds in ${perLayer.length} ${by} layers`),
    "",
    renderTable(
      ["layer", "cells"],
      perLayer.map((n, j) => [String(j), String(n)]),
      [0, 1],
    ),
    "",
    `last layer / the one before: ${growth === null ? "-" : growth.toFixed(4)}`,
    `area of a cell ${area.toFixed(6)}, centre to centre ${centreDistance.toFixed(6)}, edge ${edgeLength.toFixed(6)}`,
    `memory ${formatBytes(memory.bytes)}, ${memory.perCell.toPrecision(3)} bytes a cell`,
    ...(sector ? [`one of ${sector.sectors} sectors is stored: ${sector.stored} cells`] : []),
    ...(dual ? [`dual {${q},${p}}: ${dual.cells} cells, ${dual.bonds} bonds`] : []),
    ...(refined ? [`refined ${refined.times} times: ${refined.triangles} triangles`] : []),
    ...(integrity ? [describeIntegrity(integrity)] : []),
  ].join("\n");
}

function describeIntegrity({ isSound, violations, cells, pairs }: IntegrityReport): string {
  if (isSound) return `sound: ${cells} rows, both loops round ${pairs} adjacent pairs`;
  const lines = violations.map(({ cell, neighbour, found }) =>
    neighbour === null ? `cell ${cell}: ${found}` : `cell ${cell}, neighbour ${neighbour}: ${found}`,
  );
  return ["NOT sound:", ...lines].join("\n");
}
