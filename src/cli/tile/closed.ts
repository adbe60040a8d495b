/** `tile --group` and `tile --surface`: triangle groups and closed surfaces. */
import { platform } from "#platform";
import { SpecError } from "../../base/index.ts";
import { drawTriangleGroup } from "../../figures/index.ts";
import {
  buildNamedSurface,
  buildTriangleTiling,
  measureSymmetry,
  type PlaneModel,
  solveCoxeterGrowth,
} from "../../lattice/index.ts";
import type { CommandContext, Outcome } from "../command.ts";
import { renderTable } from "../render/table.ts";

/** Above this many directed edges the symmetry is not counted again, since that takes their square. */
const COUNTED_EDGES = 4000;

/** A triangle group: triangles by word length, beside the growth series. */
export async function reportGroup(
  text: string,
  layers: number,
  { svg, model }: { readonly svg: string | undefined; readonly model: PlaneModel },
  { args, note, style }: CommandContext,
): Promise<Outcome> {
  const parts = /^(\d+),(\d+),(\d+)$/.exec(text);
  if (parts === null)
    throw new SpecError(`--group: received "${text}", expected P,Q,R`, { hint: "--group 7,3,2 --layers 26" });
  const [p, q, r] = parts.slice(1).map(Number) as [number, number, number];
  const tiling = buildTriangleTiling(p, q, r, layers);
  if (svg !== undefined) {
    await platform.writeFile(svg, drawTriangleGroup(tiling, { model }), { overwrite: args.force === true });
    note(`wrote ${svg}`);
  }
  const { cells, bonds, perLayer } = tiling;
  const growthSeries = solveCoxeterGrowth(p, q, r, layers);
  return {
    result: { group: [p, q, r], layers, cells, bonds, perLayer, growthSeries },
    assumptions: ["A layer holds the triangles of one word length, the identity being the first."],
    references: [
      {
        authors: "Bourbaki",
        year: 1968,
        title: "Groupes et algebres de Lie, chapitres 4 a 6",
        where: "IV, section 1, exercise 26: growth series",
      },
    ],
    seed: null,
    text: () =>
      [
        style.bold(`(${p},${q},${r}): ${cells} triangles of word length below ${layers}, ${bonds} bonds`),
        "",
        renderTable(
          ["word length", "triangles", "growth series"],
          perLayer.map((n, j) => [String(j), String(n), String(growthSeries[j])]),
          [0, 1, 2],
        ),
      ].join("\n"),
    csv: () => [["length", "triangles"], ...perLayer.map((n, j) => [j, n])],
  };
}

/** A closed surface: its Euler characteristic and its symmetry, counted. */
export function reportSurface(name: string, { args, style }: CommandContext): Outcome {
  if (args.svg !== undefined)
    throw new SpecError("tile --surface: a closed surface has no picture on the plane", {
      hint: `isinglass tile --surface ${name}`,
    });
  const surface = buildNamedSurface(name);
  const { p, q, cells, edges, vertices, eulerCharacteristic, genus, rotations } = surface;
  const symmetry = rotations <= COUNTED_EDGES ? measureSymmetry(surface) : null;
  return {
    result: {
      surface: surface.name,
      p,
      q,
      cells,
      bonds: edges,
      vertices,
      eulerCharacteristic,
      genus,
      rotations,
      symmetry,
    },
    assumptions: ["Bonds join cells along edges; two cells that share two edges have two bonds."],
    references: [
      {
        authors: "Coxeter, Moser",
        year: 1980,
        title: "Generators and relations for discrete groups",
        where: "chapter 8: regular maps",
      },
    ],
    seed: null,
    text: () =>
      [
        style.bold(`${surface.name}: {${p},${q}} closed, genus ${genus}: ${cells} cells, ${edges} bonds`),
        "",
        `${vertices} vertices, Euler characteristic ${eulerCharacteristic}, ${rotations} rotations`,
        symmetry === null
          ? "reflections not counted on a surface of this size"
          : `automorphisms that keep the orientation, counted: ${symmetry.rotations}; ${symmetry.isReflexible ? "has" : "has no"} reflections`,
        "",
        `spins on it: isinglass ising --lattice surface:${surface.name} --temperature 2`,
      ].join("\n"),
  };
}
