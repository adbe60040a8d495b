/** What the canvas shows, as a picture or a film. The canvas that is on the page registers itself. */

/** A canvas, and how to draw it afresh: WebGL forgets a picture once it was shown. */
export interface Source {
  readonly canvas: HTMLCanvasElement;
  redraw(): void;
}

let source: Source | null = null;

/** Registers the canvas on the page; null when it goes. */
export function setSource(next: Source | null): void {
  source = next;
}

/** A PNG of the picture in the pixels of the page. */
export async function captureStill(): Promise<Blob | null> {
  const from = source;
  if (from === null) return null;
  from.redraw();
  return new Promise((resolve) => from.canvas.toBlob(resolve, "image/png"));
}

/** The canvas as a stream of pictures. */
export function filmCanvas(): MediaStream | null {
  return source?.canvas.captureStream(30) ?? null;
}
