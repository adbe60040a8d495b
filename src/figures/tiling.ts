/** A hyperbolic tiling on the Poincare disc as SVG text: cells bounded by true geodesic arcs. */
import { type Placement, type Point, verticesOf } from "../lattice/index.ts";

/** Options of `drawTiling`. */
export interface TilingDrawing {
  /** Width and height in pixels. Default 720. */
  readonly size?: number;
  /** Fill of a cell, any CSS colour. Default: by layer, dark in the centre. */
  readonly fill?: (cell: number) => string;
  /** Cells whose picture would be smaller than this many pixels are left out. Default 0.3. */
  readonly smallest?: number;
}

/**
 * Draws the cells of a placed tiling.
 *
 * An edge between z1 and z2 is an arc of the circle through both that meets the unit circle at right angles; its
 * radius follows from the centre w with |w|^2 = r^2 + 1.
 */
export function drawTiling(placement: Placement, options: TilingDrawing = {}): string {
  const { tiling } = placement;
  const { size = 720, smallest = 0.3 } = options;
  const layers = tiling.perLayer.length;
  const layer = layerReader(tiling.layerStart);
  const fill = options.fill ?? ((cell) => layerColor(layer(cell), layers));
  const scale = size / 2 - 4;
  let drawn = 0;
  const paths: string[] = [];
  for (let cell = 0; cell < tiling.cells; cell++) {
    const vertices = verticesOf(placement, cell);
    if (extent(vertices) * scale < smallest) continue;
    drawn++;
    paths.push(`<path d="${cellPath(vertices, scale)}" fill="${fill(cell)}"/>`);
  }
  const { p, q, cells } = tiling;
  const left = drawn < cells ? `; ${cells - drawn} too small to see are left out` : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-size / 2} ${-size / 2} ${size} ${size}" width="${size}" height="${size}" role="img">
<title>The tiling {${p},${q}} on the Poincare disc</title>
<desc>${cells} cells in ${layers} layers, coloured by layer${left}.</desc>
<circle r="${scale}" fill="#fbfaf7" stroke="#8a8a8a"/>
<g stroke="#fbfaf7" stroke-width="0.7" stroke-linejoin="round">
${paths.join("\n")}
</g>
</svg>
`;
}

function cellPath(vertices: readonly Point[], scale: number): string {
  const first = vertices[0] as Point;
  const parts = [`M${coordinates(first, scale)}`];
  for (let i = 0; i < vertices.length; i++) {
    const from = vertices[i] as Point;
    const to = vertices[(i + 1) % vertices.length] as Point;
    parts.push(arcTo(from, to, scale));
  }
  return `${parts.join("")}Z`;
}

/** One edge; SVG's y axis points down, so the picture is mirrored and the turning sense with it. */
function arcTo(from: Point, to: Point, scale: number): string {
  const cross = from.x * to.y - from.y * to.x;
  const end = coordinates(to, scale);
  // through the origin geodesics are straight; nearly so, the radius overflows a screen by far
  if (Math.abs(cross) < 1e-4 * Math.hypot(to.x - from.x, to.y - from.y)) return `L${end}`;
  const a = (1 + from.x * from.x + from.y * from.y) / 2;
  const b = (1 + to.x * to.x + to.y * to.y) / 2;
  const wx = (a * to.y - b * from.y) / cross;
  const wy = (b * from.x - a * to.x) / cross;
  const radius = Math.sqrt(Math.max(0, wx * wx + wy * wy - 1)) * scale;
  return `A${digits(radius)} ${digits(radius)} 0 0 ${cross > 0 ? 1 : 0} ${end}`;
}

function coordinates({ x, y }: Point, scale: number): string {
  return `${digits(x * scale)} ${digits(-y * scale)}`;
}

function digits(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function extent(vertices: readonly Point[]): number {
  const xs = vertices.map(({ x }) => x);
  const ys = vertices.map(({ y }) => y);
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
}

/** Layer of a cell from the starts of the layers; cells are asked for in ascending order mostly. */
function layerReader(layerStart: readonly number[]): (cell: number) => number {
  let at = 0;
  return (cell) => {
    if (cell < (layerStart[at] as number)) at = 0;
    while (cell >= (layerStart[at + 1] as number)) at++;
    return at;
  };
}

/** Lightness falls and hue turns with the layer; neighbouring layers differ in lightness, not only in hue. */
function layerColor(layer: number, layers: number): string {
  const t = layers === 1 ? 0 : layer / (layers - 1);
  const lightness = 32 + 44 * t + (layer % 2 === 0 ? 0 : 8);
  return `hsl(${Math.round(262 - 215 * t)} 48% ${Math.round(lightness)}%)`;
}
