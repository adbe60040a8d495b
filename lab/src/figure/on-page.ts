/** The figures that the page shows now, so that all of them can be kept together. */
import type { FigureFacts } from "./save.ts";
import type { FigureSource } from "./source.ts";

/** A figure on the page. */
export interface FigureOnPage {
  readonly element: Element;
  readonly facts: () => FigureFacts;
  readonly source: FigureSource;
}

const shown = new Set<FigureOnPage>();

/** Counts a figure in until the returned function is called. */
export function enterFigure(figure: FigureOnPage): () => void {
  shown.add(figure);
  return () => shown.delete(figure);
}

/** All figures in the order of the page. */
export function figuresOnPage(): readonly FigureOnPage[] {
  return [...shown].sort(({ element: a }, { element: b }) =>
    a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
  );
}
