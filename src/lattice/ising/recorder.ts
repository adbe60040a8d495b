/** The record of a run, sweep by sweep, and the report of its progress. */
import type { WorkOptions } from "../../base/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import { estimateObservables, type IsingEstimates } from "./observables.ts";
import type { SimulationResult } from "./options.ts";
import { createProfileRecorder } from "./profiles.ts";
import type { SpinState } from "./state.ts";

/** Takes down what is measured. */
export interface Recorder {
  record(state: SpinState): void;
  finish(): IsingEstimates & Pick<SimulationResult, "temperature" | "profiles">;
}

/** A record of `sweeps` measurements. */
export function createRecorder(
  model: SpinModel,
  temperature: number,
  sweeps: number,
  hasProfiles: boolean,
): Recorder {
  const energies = new Float64Array(sweeps);
  const totals = new Float64Array(sweeps);
  const profiles = hasProfiles ? createProfileRecorder(model, temperature, sweeps) : null;
  let at = 0;
  return {
    record(state) {
      energies[at] = state.energy;
      totals[at] = state.total;
      at++;
      profiles?.record(state);
    },
    finish: () => ({
      ...estimateObservables(energies, totals, temperature, model.graph.sites, model.ghost === null),
      temperature,
      profiles: profiles?.finish() ?? null,
    }),
  };
}

/** Progress reports per stage. */
const REPORTS = 50;

/** Runs `step` `total` times, reporting progress and noticing interruptions. */
export async function watch(
  { signal, onProgress }: WorkOptions,
  stage: string,
  total: number,
  step: (n: number) => void,
): Promise<void> {
  const every = Math.max(1, Math.floor(total / REPORTS));
  for (let n = 0; n < total; n++) {
    if (n % every === 0) {
      // an interruption can only be noticed when other code may run
      if (signal !== undefined || onProgress !== undefined)
        await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      onProgress?.({ stage, done: n, total });
    }
    step(n);
  }
}
