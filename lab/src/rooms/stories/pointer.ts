/** Points at figures: marks them while a step is shown, as soon as they are there, and brings the first one into view. */

const MARK = "pointed-at";

/** Marks figures inside `box` by their `data-figure`; the returned function takes the marks away. */
export function pointAt(box: HTMLElement, names: readonly string[]): () => void {
  const find = (name: string): HTMLElement | null =>
    box.querySelector<HTMLElement>(`figure[data-figure="${CSS.escape(name)}"]`);
  const mark = (): void => {
    for (const name of names) find(name)?.classList.add(MARK);
  };
  const observer = new MutationObserver(mark);
  observer.observe(box, { childList: true, subtree: true });
  mark();
  return () => {
    observer.disconnect();
    for (const figure of box.querySelectorAll(`.${MARK}`)) figure.classList.remove(MARK);
  };
}

/** Brings a figure into view and gives it the focus, so that the next Tab is inside it. */
export function goTo(box: HTMLElement, name: string): void {
  const figure = box.querySelector<HTMLElement>(`figure[data-figure="${CSS.escape(name)}"]`);
  if (figure === null) return;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  figure.scrollIntoView({ block: "start", behavior: isCalm ? "auto" : "smooth" });
  figure.tabIndex = -1;
  figure.focus({ preventScroll: true });
}
