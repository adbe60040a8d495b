/** `tile --p P --q Q --layers N`: a patch, its sector, its dual, its picture. */
import { freemem } from "node:os";
import { SpecError } from "../../base/index.ts";
import {
  buildSector,
  buildTiling,
  type CellGeometry,
  cellGeometry,
  checkIntegrity,
  DEFAULT_TILING_BYTES,
  type DualTiling,
  dualTiling,
  type IntegrityReport,
  type LayerPlan,
  meshOf,
  type PlaneModel,
  planPatch,
  type SectorTiling,
  type Tiling,
  type TilingOptions,
} from "../../lattice/index.ts";
import type { Arguments, CommandContext, Outcome } from "../command.ts";
import { readNumber, requireNumber } from "../options.ts";
import { renderTable } from "../render/table.ts";
import { writePicture } from "./picture.ts";
import { formatBytes, HYPERTILING, readBytes, readWord } from "./words.ts";

const example = "isinglass tile --p 7 --q 3 --layers 6";

/** Builds what the options ask for, draws it, and describes it. */
export async function reportPatch(
  layers: number,
  svg: string | undefined,
  model: PlaneModel,
  context: CommandContext,
): Promise<Outcome> {
  const { args } = context;
  const wanted = readPatch(args);
  const built = buildPatch(wanted, layers, args, svg !== undefined);
  const { tiling, dual, sector } = built;
  if (svg !== undefined && tiling !== null) {
    const view = readNumber(args, "view", { min: 0, max: tiling.cells - 1, integer: true });
    await writePicture(svg, tiling, { model, view, dual, refine: wanted.refine, sector }, context);
  }
  const result = describePatch(wanted, layers, built);
  const { by, perLayer, integrity } = result;
  return {
    result: { ...result },
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
}

interface Wanted {
  readonly p: number;
  readonly q: number;
  readonly refine: number | undefined;
  readonly options: Required<Pick<TilingOptions, "by" | "centre" | "maxBytes">>;
}

function readPatch(args: Arguments): Wanted {
  const size = { min: 3, integer: true };
  const p = requireNumber(args, "p", size, example);
  const q = requireNumber(args, "q", size, example);
  const refine = readNumber(args, "refine", { min: 0, max: 12, integer: true });
  if (refine !== undefined && p !== 3)
    throw new SpecError(`--refine is for triangles: tiling {${p},${q}} has cells with ${p} edges`, {
      hint: "use --p 3, or --dual where q is 3",
    });
  const options = {
    by: readWord(args.by, "by", ["edge", "vertex"] as const),
    centre: readWord(args.centre, "centre", ["cell", "vertex"] as const),
    maxBytes: readBytes(args, "max-memory") ?? Math.min(DEFAULT_TILING_BYTES, 0.9 * freemem()),
  };
  return { p, q, refine, options };
}

interface Built {
  readonly tiling: Tiling | null;
  readonly sector: SectorTiling | null;
  readonly dual: DualTiling | null;
  readonly integrity: IntegrityReport | null;
}

/** The whole patch is built unless one sector is enough for what is asked. */
function buildPatch({ p, q, options }: Wanted, layers: number, args: Arguments, isDrawn: boolean): Built {
  const isWhole = args.sector !== true || isDrawn || args.dual === true || args.check === true;
  const sector = args.sector === true ? buildSector(p, q, layers, options) : null;
  const tiling = isWhole ? buildTiling(p, q, layers, { ...options, tree: isDrawn }) : null;
  return {
    tiling,
    sector,
    dual: tiling !== null && args.dual === true ? dualTiling(meshOf(tiling)) : null,
    integrity: tiling !== null && args.check === true ? checkIntegrity(tiling) : null,
  };
}

interface PatchResult {
  readonly p: number;
  readonly q: number;
  readonly by: string;
  readonly centre: string;
  readonly layers: number;
  readonly cells: number;
  readonly bonds: number;
  readonly perLayer: readonly number[];
  readonly boundaryEdges: number;
  readonly memory: { readonly bytes: number; readonly perCell: number };
  readonly geometry: CellGeometry;
  readonly sector?: { readonly sectors: number; readonly stored: number };
  readonly dual?: { readonly p: number; readonly q: number; readonly cells: number; readonly bonds: number };
  readonly refined?: { readonly times: number; readonly triangles: number };
  readonly integrity?: IntegrityReport;
}

function describePatch(
  { p, q, refine }: Wanted,
  layers: number,
  { tiling, sector, dual, integrity }: Built,
): PatchResult {
  const { by, centre, cells, perLayer } = tiling ?? (sector as SectorTiling);
  const boundaryEdges = (planPatch(p, q, layers, by, centre).at(-1) as LayerPlan).edges;
  const bytes = bytesOf(sector ?? (tiling as Tiling));
  return {
    p,
    q,
    by,
    centre,
    layers,
    cells,
    bonds: (p * cells - boundaryEdges) / 2,
    perLayer,
    boundaryEdges,
    memory: { bytes, perCell: bytes / cells },
    geometry: cellGeometry(p, q),
    ...(sector && { sector: { sectors: sector.sectors, stored: sector.offsets.length - 1 } }),
    ...(dual && { dual: { p: q, q: p, cells: dual.cells, bonds: dual.bonds } }),
    ...(refine !== undefined && { refined: { times: refine, triangles: cells * 4 ** refine } }),
    ...(integrity && { integrity }),
  };
}

/** Bytes of the arrays that hold a tiling. */
function bytesOf(tiling: SectorTiling | Tiling): number {
  const { offsets, neighbours } = tiling;
  const tree =
    "parent" in tiling ? (tiling.parent?.byteLength ?? 0) + (tiling.parentEdges?.byteLength ?? 0) : 0;
  return offsets.byteLength + neighbours.byteLength + tree;
}

function render(result: PatchResult, { style }: CommandContext): string {
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
