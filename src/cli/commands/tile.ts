/** `isinglass tile`: a hyperbolic tiling as counts, and as a picture. */
import { platform } from "#platform";
import { SpecError } from "../../base/index.ts";
import { drawTiling } from "../../figures/index.ts";
import {
  buildTiling,
  cellGeometry,
  placeCells,
  type Tiling,
  type TilingOptions,
} from "../../lattice/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { readText, requireNumber } from "../options.ts";
import { renderTable } from "../render/table.ts";

const example = "isinglass tile --p 7 --q 3 --layers 6";

export const tileCommand: Command = {
  name: "tile",
  summary: "A hyperbolic tiling {p,q}: cells and bonds by layer, and its picture",
  examples: [example, "isinglass tile --p 5 --q 4 --layers 5 --by vertex", `${example} --svg tiling.svg`],
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
      valueHint: "cell|vertex",
      default: "cell",
      description: "what sits in the middle",
    },
    svg: { type: "string", valueHint: "FILE", description: "write the picture on the Poincare disc" },
  },
  async run(context): Promise<Outcome> {
    const { args, note } = context;
    const size = { min: 3, integer: true };
    const p = requireNumber(args, "p", size, example);
    const q = requireNumber(args, "q", size, example);
    const layers = requireNumber(args, "layers", { min: 1, integer: true }, example);
    const svg = readText(args, "svg");
    const tiling = buildTiling(p, q, layers, {
      by: readWord(args.by, "by", ["edge", "vertex"]),
      centre: readWord(args.centre, "centre", ["cell", "vertex"]),
      tree: svg !== undefined,
    } satisfies TilingOptions);
    if (svg !== undefined) {
      await platform.writeFile(svg, drawTiling(placeCells(tiling)), { overwrite: args.force === true });
      note(`wrote ${svg}`);
    }
    const { by, centre, cells, bonds, perLayer } = tiling;
    return {
      result: { p, q, by, centre, layers, cells, bonds, perLayer, geometry: cellGeometry(p, q) },
      assumptions: [
        by === "edge"
          ? "A layer holds the cells at one graph distance from the centre."
          : "A layer holds the cells that share a vertex with the layers before.",
        "Bonds join cells that share an edge; those that leave the patch are not counted.",
      ],
      references: [
        {
          authors: "Schrauth, Thurn, Goth, Portela, Herdt, Dusel",
          year: 2024,
          title:
            "Hypertiling, a high performance Python library for the generation and visualization of hyperbolic lattices",
          where: "counting of cells",
          id: "arXiv:2309.10844",
        },
      ],
      seed: null,
      text: () => render(tiling, context),
      csv: () => [["layer", "cells"], ...perLayer.map((n, j) => [j, n])],
    };
  },
};

function readWord<T extends string>(value: unknown, name: string, words: readonly T[]): T {
  const word = words.find((w) => w === value);
  if (word === undefined)
    throw new SpecError(`--${name}: received "${value}", expected ${words.join(" or ")}`, { hint: example });
  return word;
}

function render({ p, q, by, cells, bonds, perLayer }: Tiling, { style }: CommandContext): string {
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
  ].join("\n");
}
