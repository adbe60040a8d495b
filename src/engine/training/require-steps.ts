/** The check that every trainer makes on its numbers of steps. */
import { SpecError } from "../../base/index.ts";

/** Throws SpecError unless `steps` is a positive integer; `what` begins the message. */
export function requireSteps(steps: number, what: string): void {
  if (Number.isSafeInteger(steps) && steps > 0) return;
  throw new SpecError(`training: ${what} ${steps}, expected a positive integer`);
}
