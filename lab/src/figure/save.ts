/** Files that a figure is saved as, and how a page hands them over. */
import type { FigureTable } from "../../../src/figures/index.ts";
import { tableToCsv } from "./csv.ts";
import { addPngTexts } from "./png-text.ts";

/** What every file of a figure says about it. */
export interface FigureFacts {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** What it was made from: variances, activation, seeds. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Address that shows the same view. */
  readonly link: string;
}

/** Offers bytes as a download. */
export function download(name: string, content: Blob | string, type = "text/plain"): void {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** An SVG file: the drawing with its facts as `metadata`. */
export function svgFile(svg: SVGSVGElement, facts: FigureFacts): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const metadata = document.createElementNS("http://www.w3.org/2000/svg", "metadata");
  metadata.textContent = JSON.stringify(facts);
  copy.prepend(metadata);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

/** A PNG file of an SVG drawing, `scale` pixels a CSS pixel. */
export async function pngOfSvg(
  svg: SVGSVGElement,
  scale: number,
  background: string,
  facts: FigureFacts,
): Promise<Blob> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const box = svg.viewBox.baseVal;
  const width = Number(svg.getAttribute("width")) || box.width;
  const height = Number(svg.getAttribute("height")) || box.height;
  copy.setAttribute("width", String(width * scale));
  copy.setAttribute("height", String(height * scale));
  if (copy.getAttribute("viewBox") === null) copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const url = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }),
  );
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    if (context === null)
      throw new Error("this browser has no 2D canvas, so it cannot make a PNG; save the SVG");
    context.fillStyle = background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await pngOfCanvas(canvas, facts);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A PNG file of a canvas as it is. */
export async function pngOfCanvas(canvas: HTMLCanvasElement, facts: FigureFacts): Promise<Blob> {
  const plain = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (plain === null)
    throw new Error("the browser could not make a picture of this size; choose a smaller scale");
  return withFacts(plain, facts);
}

/** A PNG with the figure's facts in its text chunks. */
export async function withFacts(png: Blob, facts: FigureFacts): Promise<Blob> {
  const bytes = addPngTexts(new Uint8Array(await png.arrayBuffer()), {
    Title: facts.title,
    Description: facts.caption,
    Software: "isinglass lab",
    Source: facts.link,
    Comment: JSON.stringify(facts.parameters),
  });
  return new Blob([bytes], { type: "image/png" });
}

/** A JSON file: facts, table, and the data behind the figure, if any. */
export function jsonFile(facts: FigureFacts, table: FigureTable, data: unknown): string {
  return `${JSON.stringify({ ...facts, table, ...(data === undefined ? {} : { data }) }, plain, 2)}\n`;
}

/** Typed arrays as lists; numbers that JSON lacks as words. */
function plain(_key: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float64Array);
  if (typeof value === "number" && !Number.isFinite(value))
    return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  return value;
}

/** A CSV file. */
export function csvFile(table: FigureTable): string {
  return tableToCsv(table);
}
