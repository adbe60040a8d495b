/** Drawings one at a time with a breath between them, so that six figures do not hold the page up together. */

let last: Promise<unknown> = Promise.resolve();

/** Runs `draw` after those before it. */
export function enqueue<T>(draw: () => Promise<T>): Promise<T> {
  const mine = last.then(breathe).then(draw);
  last = mine.catch(() => {});
  return mine;
}

/** Lets the browser paint and handle input. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
