/** What an arc of the boundary knows of the bulk: the expected error of each cell as colour, with the arc and its geodesic. */
import { type ArcReconstruction, placeCells } from "../lattice/index.ts";
import { formatNumber, sampleSequential } from "./basics/index.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { viewPlane } from "./plane.ts";
import { drawTiling } from "./tiling.ts";

const SIZE = 720;
/** Room for the colour bar on the right. */
const BAR_ROOM = 96;
const BAR_STEPS = 32;

/** Draws a reconstruction on the Poincare disc. */
export async function drawReconstruction(arc: ArcReconstruction, options: FigureOptions): Promise<Figure> {
  const { smearing, expectedError, dataCells, isInside, angle, inside, outside } = arc;
  const { tiling } = smearing;
  const { p, q } = tiling;
  const title = `Reconstruction from an arc on {${p},${q}}`;
  const caption = `Colour is the expected error of the rebuilt field relative to its size: dark cells are known, bright ones are not. Data are ${dataCells.length} cells along the thick arc; the white geodesic bounds its wedge (error ${shown(inside)} inside, ${shown(outside)} outside).`;
  const color = (error: number): string => `rgb(${sampleSequential("viridis", error).join(" ")})`;
  const { scale } = viewPlane("poincare", SIZE);
  const text = drawTiling(placeCells(tiling), {
    size: SIZE,
    fill: (cell) => color(expectedError[cell] as number),
  })
    .replace(/<title>[^<]*<\/title>/, `<title>${title}</title>`)
    .replace(/<desc>[^<]*<\/desc>/, `<desc>${caption}</desc>`)
    .replace("</svg>", `${overlay(angle, scale)}${colorBar(color)}</svg>`)
    .replace(
      /viewBox="[^"]*" width="\d+"/,
      `viewBox="${-SIZE / 2} ${-SIZE / 2} ${SIZE + BAR_ROOM} ${SIZE}" width="${SIZE + BAR_ROOM}"`,
    );
  const holder = options.document.createElement("div");
  holder.innerHTML = text;
  const svg = holder.querySelector("svg") as unknown as SVGSVGElement | null;
  if (svg === null) throw new Error("internal: the picture of a reconstruction has no svg element");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("data-figure", "reconstruction");
  svg.setAttribute("font-family", "system-ui, sans-serif");
  svg.setAttribute("font-size", "14");
  svg.setAttribute("style", "max-width:100%;height:auto;background:#ffffff;color:#1a1a1a");
  const isKnown = new Set(dataCells);
  return {
    name: "reconstruction",
    title,
    caption,
    svg,
    table: {
      columns: ["cell", "inside the wedge", "data", "expected error", "field", "rebuilt"],
      rows: Array.from(expectedError, (error, c) => [
        ...[c, isInside[c] as number, isKnown.has(c) ? 1 : 0, error],
        ...[arc.truth[c] as number, arc.field[c] as number],
      ]),
    },
  };
}

function shown(error: number | null): string {
  return error === null ? "of no cell" : formatNumber(error, 2);
}

/** The arc on the edge of the disc and the geodesic between its ends. */
function overlay(angle: number, scale: number): string {
  const half = angle / 2;
  const point = (r: number, a: number): string =>
    `${(r * scale * Math.cos(a)).toFixed(2)} ${(-r * scale * Math.sin(a)).toFixed(2)}`;
  const isLarge = half > Math.PI / 2 ? 1 : 0;
  const rim = `<path d="M${point(1.004, -half)}A${(1.004 * scale).toFixed(2)} ${(1.004 * scale).toFixed(2)} 0 ${isLarge} 0 ${point(1.004, half)}" fill="none" stroke="#b34700" stroke-width="5"/>`;
  if (angle >= 2 * Math.PI - 1e-9) return rim.replace(/<path[^>]*>/, "");
  // a circle through both ends at right angles to the edge has radius |tan(half)|
  const radius = Math.abs(Math.tan(half)) * scale;
  const isStraight = radius > 1e4 * scale;
  const way = isStraight
    ? `L${point(1, half)}`
    : `A${radius.toFixed(2)} ${radius.toFixed(2)} 0 0 ${half < Math.PI / 2 ? 1 : 0} ${point(1, half)}`;
  const path = `M${point(1, -half)}${way}`;
  return `<path d="${path}" fill="none" stroke="#000" stroke-width="5" stroke-opacity="0.55"/><path d="${path}" fill="none" stroke="#fff" stroke-width="2.5"/>${rim}`;
}

function colorBar(color: (t: number) => string): string {
  const [x, top, height] = [SIZE / 2 + 20, -140, 280];
  const step = height / BAR_STEPS;
  const strip = Array.from({ length: BAR_STEPS }, (_, k) => {
    const t = (k + 0.5) / BAR_STEPS;
    return `<rect x="${x}" y="${(top + height - (k + 1) * step).toFixed(2)}" width="14" height="${(step + 0.5).toFixed(2)}" fill="${color(t)}"/>`;
  });
  const ticks = [0, 0.5, 1].map(
    (t) => `<text x="${x + 20}" y="${top + height * (1 - t) + 5}" fill="#1a1a1a">${t}</text>`,
  );
  return `<g aria-hidden="true">${strip.join("")}${ticks.join("")}<text x="${x - 6}" y="${top - 14}" fill="#1a1a1a">error</text></g>`;
}
