/** What the commands and programs of the room are made from, as the page stands. */

import type { ProgramSpec } from "./program-text.ts";
import { numbers } from "./run/index.ts";
import { specOf, state } from "./state.ts";

/** Sweeps of a command when nothing was measured yet. */
const DEFAULT_SWEEPS = 10_000;
const FEWEST_SWEEPS = 16;

/** The spec of what the page shows. */
export function programSpec(): ProgramSpec {
  const measured = numbers.peek()?.measured ?? 0;
  return {
    lattice: specOf(),
    field: state.field.peek(),
    temperature: state.temperature.peek(),
    algorithm: state.algorithm.peek(),
    start: state.start.peek(),
    seed: state.seed.peek(),
    thermalization: state.thermalization.peek(),
    sweeps: measured < FEWEST_SWEEPS ? DEFAULT_SWEEPS : measured,
  };
}
