/** Hyperbolic tilings as SVG text: cells bounded by true geodesics, in four models of the plane, coloured by layer. */
import {
  type DualTiling,
  dualCornersOf,
  type Placement,
  type PlaneModel,
  type Point,
  placeTriangles,
  pointAt,
  type TriangleMesh,
  type TriangleTiling,
  verticesOf,
} from "../lattice/index.ts";
import { type DiscPart, isVisible, outlinePolygon, type PlaneView, viewPlane } from "./plane.ts";

/** Options of the drawings of tilings. */
export interface TilingDrawing {
  /** Width in pixels. Default 720. */
  readonly size?: number;
  /** Default the Poincare disc. */
  readonly model?: PlaneModel;
  /** Fill of a cell, any CSS colour. Default: by layer, dark in the centre. */
  readonly fill?: (cell: number) => string;
  /** Cells to draw. Default all. */
  readonly keep?: (cell: number) => boolean;
  /** Cells whose picture would be smaller than this many pixels are left out. Default 0.3. */
  readonly smallest?: number;
  /** The part of a disc that is drawn. Default all of it. */
  readonly part?: DiscPart;
  /** How opaque cells are. Default 1. */
  readonly opacity?: number;
  /** Outlines of these dual cells over the cells of `drawTiling`. */
  readonly dual?: DualTiling;
}

/** Draws the cells of a placed tiling. */
export function drawTiling(placement: Placement, options: TilingDrawing = {}): string {
  const { tiling } = placement;
  const { p, q, cells, perLayer } = tiling;
  const layers = perLayer.length;
  const layer = layerReader(tiling.layerStart);
  return drawPolygons(
    {
      title: `The tiling {${p},${q}}`,
      about: `${cells} cells in ${layers} layers, coloured by layer`,
      count: cells,
      corners: (cell) => verticesOf(placement, cell),
      fill: (cell) => layerColor(layer(cell), layers),
      ...(options.dual === undefined ? {} : { over: dualOutlines(options.dual, placement, options) }),
    },
    options,
  );
}

/** Draws the dual cells of a placed tiling, coloured by the innermost layer they touch. */
export function drawDual(dual: DualTiling, placement: Placement, options: TilingDrawing = {}): string {
  const layers = placement.tiling.perLayer.length;
  const layer = layerReader(placement.tiling.layerStart);
  const { offsets, around } = dual.mesh;
  return drawPolygons(
    {
      title: `The dual {${dual.p},${dual.q}} of a patch of {${dual.q},${dual.p}}`,
      about: `${dual.cells} cells, coloured by layer`,
      count: dual.cells,
      corners: (cell) => dualCornersOf(dual, placement, cell),
      fill: (cell) => {
        const vertex = dual.vertexOf[cell] as number;
        const cells = around.subarray(offsets[vertex] as number, offsets[vertex + 1] as number);
        return layerColor(layer(Math.min(...cells)), layers);
      },
    },
    options,
  );
}

/** Draws refined triangles, coloured by the layer of the cell that they lie in; the middle ones are lighter. */
export function drawTriangles(mesh: TriangleMesh, placement: Placement, options: TilingDrawing = {}): string {
  const { p, q, perLayer, layerStart } = placement.tiling;
  const layer = layerReader(layerStart);
  return drawPolygons(
    {
      title: `The tiling {${p},${q}} refined ${mesh.level} times`,
      about: `${mesh.triangles} triangles in ${perLayer.length} layers of cells, coloured by layer`,
      count: mesh.triangles,
      corners: (t) => Array.from(mesh.corners.subarray(3 * t, 3 * t + 3), (v) => pointAt(mesh.positions, v)),
      fill: (t) =>
        layerColor(layer(mesh.cellOf[t] as number), perLayer.length, mesh.level > 0 && t % 4 === 3 ? 9 : 0),
    },
    options,
  );
}

/** Draws a triangle-group tiling; mirror images of the central triangle are lighter, and colour turns with word length. */
export function drawTriangleGroup(tiling: TriangleTiling, options: TilingDrawing = {}): string {
  const { p, q, r, cells, perLayer } = tiling;
  const corners = placeTriangles(tiling);
  const layer = layerReader(tiling.layerStart);
  return drawPolygons(
    {
      title: `The triangle group (${p},${q},${r})`,
      about: `${cells} triangles up to word length ${perLayer.length - 1}`,
      count: cells,
      corners: (t) => [0, 1, 2].map((e) => pointAt(corners, 3 * t + e)),
      fill: (t) => layerColor(layer(t) - (layer(t) % 2), perLayer.length, layer(t) % 2 === 0 ? 0 : 22),
    },
    options,
  );
}

/** Outlines of dual cells, for a picture of the cells. */
function dualOutlines(
  dual: DualTiling,
  placement: Placement,
  { smallest = SMALLEST }: TilingDrawing,
): (view: PlaneView) => string {
  return (view) => {
    const paths: string[] = [];
    for (let cell = 0; cell < dual.cells; cell++) {
      const corners = dualCornersOf(dual, placement, cell);
      if (isVisible(view, corners, smallest)) paths.push(outlinePolygon(view, corners));
    }
    return `<path data-dual="true" fill="none" stroke="#1a1a1f" stroke-width="1" stroke-linejoin="round" d="${paths.join("")}"/>\n`;
  };
}

interface Polygons {
  readonly title: string;
  readonly about: string;
  readonly count: number;
  readonly corners: (index: number) => readonly Point[];
  readonly fill: (index: number) => string;
  /** Drawn over them. */
  readonly over?: (view: PlaneView) => string;
}

/** Pixels. */
const SMALLEST = 0.3;

function drawPolygons(polygons: Polygons, options: TilingDrawing): string {
  const { size = 720, model = "poincare", smallest = SMALLEST, keep, opacity = 1 } = options;
  const fill = options.fill ?? polygons.fill;
  const view = viewPlane(model, size, options.part);
  const paths: string[] = [];
  let left = 0;
  for (let i = 0; i < polygons.count; i++) {
    if (keep !== undefined && !keep(i)) continue;
    const corners = polygons.corners(i);
    if (isVisible(view, corners, smallest))
      paths.push(`<path d="${outlinePolygon(view, corners)}" fill="${fill(i)}"/>`);
    else left++;
  }
  const isDisc = (model === "poincare" || model === "klein") && (options.part?.zoom ?? 1) === 1;
  const rest =
    left > 0 ? `; ${left} too small to see${isDisc ? "" : " or outside the window"} are left out` : "";
  const [, , width, height] = view.box;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view.box.join(" ")}" width="${width}" height="${height}" role="img">
<title>${polygons.title} on ${view.title}</title>
<desc>${polygons.about}${rest}.</desc>
${view.frame}
<g stroke="#fbfaf7" stroke-width="0.7" stroke-linejoin="round"${opacity === 1 ? "" : ` opacity="${opacity}"`}>
${paths.join("\n")}
</g>
${polygons.over?.(view) ?? ""}</svg>
`;
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
function layerColor(layer: number, layers: number, lighter: number = 0): string {
  const t = layers === 1 ? 0 : layer / (layers - 1);
  const lightness = 32 + 44 * t + (layer % 2 === 0 ? 0 : 8) + lighter;
  return `hsl(${Math.round(262 - 215 * t)} 48% ${Math.round(Math.min(92, lightness))}%)`;
}
