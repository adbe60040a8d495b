/** A region of discrete JT gravity: triangles inside are dark, the wall round them is a thick line of geodesic arcs. */
import { type GravityPatch, placeCells, verticesOf } from "../lattice/index.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { outlinePolygon, viewPlane } from "./plane.ts";
import { drawTiling } from "./tiling.ts";

/** What is drawn. */
export interface RegionInput {
  readonly patch: GravityPatch;
  /** 1 for each up triangle. */
  readonly up: ArrayLike<number>;
  /** "beta = 2, E = 0". */
  readonly at: string;
}

const INSIDE = "rgb(0 84 142)";
const OUTSIDE = "rgb(232 226 212)";
const WALL = "#b34700";
const SIZE = 720;
/** Triangles near the rim of deep patches are a few pixels wide; the wall is thinner there. */
const DEEP_LAYERS = 9;

/** Draws a region on the Poincare disc. */
export async function drawRegion({ patch, up, at }: RegionInput, options: FigureOptions): Promise<Figure> {
  const { q, layers, cells, across } = patch;
  const placement = placeCells(patch.tiling);
  const view = viewPlane("poincare", SIZE);
  const walls: string[] = [];
  for (let cell = 0; cell < cells; cell++) {
    if (up[cell] !== 1) continue;
    const corners = verticesOf(placement, cell);
    for (let e = 0; e < 3; e++) {
      const other = across[3 * cell + e] as number;
      if (other >= 0 && up[other] === 1) continue;
      // edge e ends in the corners e - 1 and e
      const ends = [corners[(e + 2) % 3], corners[e]] as Parameters<typeof outlinePolygon>[1];
      walls.push(`<path d="${outlinePolygon(view, ends)}"/>`);
    }
  }
  const area = Array.from(up).reduce((sum, u) => sum + u, 0);
  const title = `A region of {3,${q}} at ${at}`;
  const caption = `${area} of ${cells} triangles in ${layers} layers are up (dark); the wall of ${walls.length} edges round them is one circle. Everything else, also outside the patch, is down.`;
  const text = drawTiling(placement, {
    fill: (cell) => (up[cell] === 1 ? INSIDE : OUTSIDE),
    size: SIZE,
  })
    .replace(/<title>[^<]*<\/title>/, `<title>${title}</title>`)
    .replace(/<desc>[^<]*<\/desc>/, `<desc>${caption}</desc>`)
    .replace(
      "</svg>",
      `<g data-part="wall" fill="none" stroke="${WALL}" stroke-width="${layers < DEEP_LAYERS ? 3 : 1.2}" stroke-linecap="round" stroke-linejoin="round">\n${walls.join("\n")}\n</g>\n</svg>`,
    );
  const holder = options.document.createElement("div");
  holder.innerHTML = text;
  const svg = holder.querySelector("svg") as unknown as SVGSVGElement | null;
  if (svg === null) throw new Error("internal: the picture of a region has no svg element");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("data-figure", "jt-region");
  svg.setAttribute("style", "max-width:100%;height:auto");
  return {
    name: "jt-region",
    title,
    caption,
    svg,
    table: {
      columns: ["triangle", "up"],
      rows: Array.from({ length: cells }, (_, cell) => [cell, up[cell] as number]),
    },
  };
}
