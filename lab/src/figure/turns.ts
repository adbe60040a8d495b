/** Figures are drawn one at a time with a breath between them, so that several do not hold the page up together. */

let last: Promise<void> = Promise.resolve();

/** Resolves after those who asked before, in a task of its own, so that the browser can paint and handle input first. */
export function nextTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setTimeout(resolve)));
  return last;
}
