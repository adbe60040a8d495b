/**
 * Drawings one at a time with a breath between them, so that six figures do not hold the page up together. While results
 * come in draw by draw, only the newest drawing of each figure is made.
 */

let last: Promise<unknown> = Promise.resolve();
const newest = new Map<string, symbol>();

/** Runs `draw` after those before it; rejects when a newer drawing of the same figure was asked for meanwhile. */
export function enqueue<T>(figure: string, draw: () => Promise<T>): Promise<T> {
  const ticket = Symbol(figure);
  newest.set(figure, ticket);
  const mine = last.then(breathe).then(() => {
    if (newest.get(figure) !== ticket) throw new Error("a newer drawing takes its place");
    return draw();
  });
  last = mine.catch(() => {});
  return mine;
}

/** Lets the browser paint and handle input. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
