/** Figures of the page as they go into a file: drawn afresh on white, in the order of the page. */
import { LIGHT_THEME } from "../../../src/figures/basics/index.ts";
import type { FigureTable } from "../../../src/figures/index.ts";
import { type FigureOnPage, figuresOnPage } from "../figure/on-page.ts";
import type { FigureFacts } from "../figure/save.ts";

/** A figure in the file. */
export interface KeptFigure {
  readonly facts: FigureFacts;
  /** An svg element, or an img of a picture without one. */
  readonly picture: string;
  readonly table: FigureTable | null;
}

/** All figures that have something to show. */
export async function keepFigures(): Promise<readonly KeptFigure[]> {
  const kept: KeptFigure[] = [];
  for (const figure of figuresOnPage()) {
    await figure.source.whenDrawn?.();
    const table = figure.source.table();
    const picture = table === null ? null : await pictureOf(figure);
    if (picture !== null) kept.push({ facts: figure.facts(), picture, table });
    // input and painting go between two drawings
    await new Promise((resolve) => setTimeout(resolve));
  }
  return kept;
}

async function pictureOf({ source, facts }: FigureOnPage): Promise<string | null> {
  if (source.svg !== undefined) {
    const svg = (await source.svg(LIGHT_THEME)).cloneNode(true) as SVGSVGElement;
    return new XMLSerializer().serializeToString(svg);
  }
  if (source.png === undefined) return null;
  const bytes = new Uint8Array(await (await source.png(2, LIGHT_THEME)).arrayBuffer());
  const image = document.createElement("img");
  image.src = `data:image/png;base64,${base64(bytes)}`;
  image.alt = facts().title;
  return image.outerHTML;
}

function base64(bytes: Uint8Array): string {
  const RUN = 0x8000;
  let text = "";
  for (let at = 0; at < bytes.length; at += RUN) text += String.fromCharCode(...bytes.subarray(at, at + RUN));
  return btoa(text);
}
