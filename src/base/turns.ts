/**
 * Computations in steps: a generator that yields what it has done between pieces of work, so that the same code runs at once or gives
 * way to the event loop, where a signal can fire and messages are heard.
 */
import { InterruptedError } from "./errors.ts";
import type { ProgressEvent, WorkOptions } from "./progress.ts";

/** A computation that yields between its steps. */
export type Steps<T> = Generator<ProgressEvent, T, void>;

/** Runs all steps at once. */
export function runSteps<T>(steps: Steps<T>): T {
  let next = steps.next();
  while (next.done !== true) next = steps.next();
  return next.value;
}

/**
 * Runs the steps, giving way to the event loop after each.
 *
 * @param what - named in the error.
 * @throws InterruptedError when the signal fires.
 */
export async function runStepsInTurns<T>(
  steps: Steps<T>,
  { signal, onProgress }: WorkOptions,
  what: string,
): Promise<T> {
  for (;;) {
    const next = steps.next();
    if (next.done !== true) onProgress?.(next.value);
    await new Promise((resolve) => setTimeout(resolve, 0));
    // behind the last step too: a signal that fired in it is no less wanted
    if (signal?.aborted === true) throw new InterruptedError(`${what}: interrupted`);
    if (next.done === true) return next.value;
  }
}
