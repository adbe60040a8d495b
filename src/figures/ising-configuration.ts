/**
 * A spin configuration as a picture: cells of a hyperbolic patch bounded by true geodesic arcs, pixels on square lattices, the same with
 * shifted rows on triangular ones. Blue is +1, orange -1.
 */
import { SpecError } from "../base/index.ts";
import {
  type DualTiling,
  type Motion,
  type PlaneModel,
  placeCells,
  type SpinGraph,
} from "../lattice/index.ts";
import { formatNumber } from "./basics/index.ts";
import type { Figure, FigureOptions, FigureTable } from "./figure.ts";
import type { DiscPart } from "./plane.ts";
import { encodePng, pngDataUrl } from "./png.ts";
import { drawTiling } from "./tiling.ts";

/** What is drawn. */
export interface ConfigurationInput {
  readonly graph: SpinGraph;
  /** +1 or -1 by site. */
  readonly spins: ArrayLike<number>;
  readonly temperature: number;
  /** How a hyperbolic lattice is looked at: which point sits in the middle, and the model. */
  readonly view?: Motion;
  readonly model?: PlaneModel;
  /**
   * The part that is drawn of a disc or a square lattice: what sits in the middle, in units of the disc's radius or half the side, y upward,
   * and the enlargement. A torus goes on beyond its sides. Default all.
   */
  readonly part?: DiscPart;
  /** Of a hyperbolic lattice: outlines of these dual cells, and how opaque the cells are below them. */
  readonly dual?: DualTiling;
  readonly opacity?: number;
}

/** A picture of a configuration as SVG text, which needs no document. */
export interface ConfigurationText {
  readonly title: string;
  readonly caption: string;
  readonly text: string;
}

type Rgb = readonly [number, number, number];
/** Okabe and Ito (2008): blue and orange, told apart by everybody and in grey print. */
const UP: Rgb = [0, 84, 142];
const DOWN: Rgb = [240, 178, 72];
const SIZE = 720;
const WHOLE: DiscPart = { x: 0, y: 0, zoom: 1 };
/** Rows of the table beyond which it is left to the counts. */
const MOST_ROWS = 2 ** 16;

/**
 * Draws a configuration.
 *
 * @throws SpecError for graphs without a picture: trees, closed surfaces, a user's graph, tilings built without their tree.
 */
export async function drawConfiguration(input: ConfigurationInput, options: FigureOptions): Promise<Figure> {
  const { title, caption, text } = writeConfiguration(input);
  const holder = options.document.createElement("div");
  holder.innerHTML = text;
  const svg = holder.querySelector("svg") as unknown as SVGSVGElement | null;
  if (svg === null) throw new Error("internal: the picture of a configuration has no svg element");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("data-figure", "configuration");
  svg.setAttribute("style", "max-width:100%;height:auto");
  return { name: "configuration", title, caption, svg, table: tableConfiguration(input) };
}

/**
 * The picture of `drawConfiguration` as text, for workers, which have no document.
 *
 * @throws SpecError as `drawConfiguration`.
 */
export function writeConfiguration(input: ConfigurationInput): ConfigurationText {
  const { graph, temperature } = input;
  requirePicture(graph);
  const title = `Spins on ${graph.name} at T = ${formatNumber(temperature, 5)}`;
  const share = formatNumber((100 * countUp(input)) / graph.sites, 3);
  const caption = `One configuration of ${graph.sites} spins, ${share} % of them up (dark blue), the others down (orange).`;
  return { title, caption, text: paint(input, title, caption) };
}

function countUp({ spins }: ConfigurationInput): number {
  let up = 0;
  for (let i = 0; i < spins.length; i++) if ((spins[i] as number) > 0) up++;
  return up;
}

/**
 * Refuses graphs without a picture before anything is simulated.
 *
 * @throws SpecError for trees, closed surfaces, a user's graph, tilings built without their tree.
 */
export function requirePicture({ name, shape }: SpinGraph): void {
  const isDrawn =
    shape.kind === "square" ||
    shape.kind === "triangular" ||
    (shape.kind === "hyperbolic" && shape.tiling.parent !== null);
  if (!isDrawn)
    throw new SpecError(
      `picture of ${name}: there is none, expected a square, triangular or hyperbolic lattice`,
      {
        hint: "use square:L, triangular:L or P,Q:LAYERS with up to 200000 cells",
      },
    );
}

function tableConfiguration(input: ConfigurationInput): FigureTable {
  const { graph, spins } = input;
  const up = countUp(input);
  if (graph.sites > MOST_ROWS)
    return {
      columns: ["spin", "sites"],
      rows: [
        [1, up],
        [-1, graph.sites - up],
      ],
    };
  return {
    columns: ["site", "distance from the centre", "spin"],
    rows: Array.from(spins, (s, i) => [i, graph.layer[i] as number, s]),
  };
}

function paint(input: ConfigurationInput, title: string, caption: string): string {
  const { graph, spins, view, model, part, dual, opacity } = input;
  const { shape } = graph;
  if (shape.kind === "hyperbolic" && shape.tiling.parent !== null) {
    const fill = (cell: number): string => `rgb(${((spins[cell] as number) > 0 ? UP : DOWN).join(" ")})`;
    const placement = placeCells(shape.tiling, view === undefined ? {} : { view });
    const drawing = {
      ...(model === undefined ? {} : { model }),
      ...(part === undefined ? {} : { part }),
      ...(dual === undefined ? {} : { dual }),
      ...(opacity === undefined ? {} : { opacity }),
    };
    return drawTiling(placement, { fill, size: SIZE, ...drawing })
      .replace(/<title>[^<]*<\/title>/, `<title>${title}</title>`)
      .replace(/<desc>[^<]*<\/desc>/, `<desc>${caption}</desc>`);
  }
  if (shape.kind === "square") return paintSquare(shape, spins, title, caption, part);
  if (shape.kind === "triangular") return paintTriangular(shape.columns, shape.rows, spins, title, caption);
  throw new Error(`internal: no picture of ${graph.name}`);
}

function paintSquare(
  {
    columns,
    rows,
    periodic,
  }: { readonly columns: number; readonly rows: number; readonly periodic: boolean },
  spins: ArrayLike<number>,
  title: string,
  caption: string,
  part: DiscPart = WHOLE,
): string {
  // whole pixels per spin, so that viewers that smooth pictures keep edges
  const repeat = Math.max(1, Math.round(SIZE / Math.max(columns, rows)));
  const { x, y, zoom } = part;
  const [width, height] = [columns * repeat, rows * repeat];
  const [w, h] = [width / zoom, height / zoom];
  const [left, top] = [((x + 1) * width - w) / 2, ((1 - y) * height - h) / 2];
  // sites in sight, rows from the top; a torus goes on beyond its sides
  const sights = (from: number, length: number, sites: number): readonly [first: number, count: number] => {
    const [first, last] = [Math.floor(from / repeat), Math.ceil((from + length) / repeat)];
    const [low, high] = periodic ? [first, last] : [Math.max(0, first), Math.min(sites, last)];
    return [low, Math.max(1, high - low)];
  };
  const [column, across] = sights(left, w, columns);
  const [row, down] = sights(top, h, rows);
  const wrap = (n: number, sites: number): number => ((n % sites) + sites) % sites;
  const rgba = new Uint8Array(4 * across * down * repeat * repeat).fill(255);
  for (let v = 0; v < down * repeat; v++)
    for (let u = 0; u < across * repeat; u++) {
      const i = wrap(column + Math.floor(u / repeat), columns);
      const j = rows - 1 - wrap(row + Math.floor(v / repeat), rows);
      rgba.set((spins[i + columns * j] as number) > 0 ? UP : DOWN, 4 * (v * across * repeat + u));
    }
  const url = pngDataUrl(encodePng(rgba, across * repeat, down * repeat));
  const at = column === 0 && row === 0 ? "" : ` x="${column * repeat}" y="${row * repeat}"`;
  const image = `<image href="${url}"${at} width="${across * repeat}" height="${down * repeat}" style="image-rendering:pixelated"/>`;
  return frame(width, height, title, caption, image, [left, top, w, h]);
}

/** Axes at 60 degrees: row y is shifted by half a site to the right for each row. Sites are hexagons. */
function paintTriangular(
  columns: number,
  rows: number,
  spins: ArrayLike<number>,
  title: string,
  caption: string,
): string {
  const step = SIZE / (columns + rows / 2);
  const radius = step / Math.sqrt(3);
  const hexagon = Array.from({ length: 6 }, (_, k) => {
    const angle = (Math.PI * (2 * k + 1)) / 6;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
  const height = 1.5 * radius * rows + radius / 2;
  const paths: [string, string] = ["", ""];
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const cx = step * (x + y / 2 + 0.5);
      const cy = height - radius * (1 + 1.5 * y);
      const corners = hexagon.map(([dx, dy]) => `${(cx + dx).toFixed(1)} ${(cy + dy).toFixed(1)}`);
      paths[(spins[x + columns * y] as number) > 0 ? 0 : 1] += `M${corners.join("L")}Z`;
    }
  const body = paths
    .map((d, k) => `<path d="${d}" fill="rgb(${(k === 0 ? UP : DOWN).join(" ")})"/>`)
    .join("");
  return frame(SIZE, Math.ceil(height), title, caption, body);
}

function frame(
  width: number,
  height: number,
  title: string,
  caption: string,
  body: string,
  box: readonly number[] = [0, 0, width, height],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.join(" ")}" width="${width}" height="${height}" role="img"><title>${title}</title><desc>${caption}</desc>${body}</svg>`;
}
