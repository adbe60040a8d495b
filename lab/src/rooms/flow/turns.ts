/** What the figures draw: the measurement in view, handed to one figure after the other, so that no task of the page is long. */
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type ShownFlow, shown } from "./measurements.ts";

/** One figure's copy of what is in view. */
export type View = Signal<ShownFlow | null>;

/** Copies by figure, in the order in which they are drawn. */
export const views: Readonly<Record<"curve" | "pictures" | "reconstructed" | "forward", View>> = {
  curve: signal(null),
  pictures: signal(null),
  reconstructed: signal(null),
  forward: signal(null),
};

/** Whether a figure has not been handed yet what is in view. */
export const isDue = Object.fromEntries(
  Object.entries(views).map(([name, view]) => [name, computed(() => view.value !== shown.value)]),
) as Readonly<Record<keyof typeof views, ReadonlySignal<boolean>>>;

/** Milliseconds between two figures, and between two rounds while depths arrive. */
const BETWEEN_FIGURES = 20;
const BETWEEN_ROUNDS = 200;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Hands on whatever comes into view until the returned function is called. */
export function takeTurns(): () => void {
  let isGoing = false;
  let isOver = false;
  const go = async (): Promise<void> => {
    if (isGoing) return;
    isGoing = true;
    for (let drawn: ShownFlow | null | undefined; drawn !== shown.peek() && !isOver; ) {
      drawn = shown.peek();
      for (const view of Object.values(views)) {
        view.value = drawn;
        await pause(BETWEEN_FIGURES);
      }
      await pause(BETWEEN_ROUNDS);
    }
    isGoing = false;
  };
  const stop = effect(() => {
    if (shown.value !== undefined) void go();
  });
  return () => {
    isOver = true;
    stop();
  };
}
