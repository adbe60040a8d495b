/** Monte Carlo runs at one temperature, or at one after another: start, thermalise, measure, analyse. */
import type { RandomStream } from "../../numerics/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import { startEngine } from "./engine.ts";
import { readLengths, requireTemperature, type SimulationOptions, type SimulationResult } from "./options.ts";
import { createRecorder, watch } from "./recorder.ts";
import { spinsBySite } from "./state.ts";

/**
 * Simulates a model at one temperature.
 *
 * @param stream source of randomness; the run uses forks of it.
 * @throws SpecError for T <= 0 or too few sweeps; the signal's reason when it is aborted.
 * @cost sweeps times bonds, in WebAssembly: about 0.5 ns a spin and sweep for Metropolis and heat bath on square tori whose columns
 *   are a multiple of 256, 7 to 12 ns on other graphs, 35 to 50 ns for Wolff and Swendsen-Wang.
 * @example
 * ```ts
 * import { createModel, simulateIsing, squareLattice } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * const model = createModel(squareLattice(4));
 * const { energy } = await simulateIsing(model, 2, createStream(1), { sweeps: 2000 });
 * Math.abs(energy.value + 1.75538) < 5 * (energy.stderr ?? 0); // => true
 * ```
 */
export async function simulateIsing(
  model: SpinModel,
  temperature: number,
  stream: RandomStream,
  options: SimulationOptions = {},
): Promise<SimulationResult> {
  const { algorithm = "wolff", start = "ordered", order, profiles = false } = options;
  const { sweeps, thermalization } = readLengths(options);
  requireTemperature(temperature);
  const how = { algorithm, start, order, readsSpins: profiles };
  const { state, updater, syncSpins } = await startEngine(model, temperature, stream, how);
  // Wolff sweeps of the second half are of the tuned size already
  const half = thermalization >> 1;
  await watch(options, "thermalising", thermalization, (n) => {
    updater.sweep(state);
    if (n === half) updater.tune();
  });
  updater.tune();
  const recorder = createRecorder(model, temperature, sweeps, profiles);
  await watch(options, "measuring", sweeps, () => {
    updater.sweep(state);
    recorder.record(state);
  });
  syncSpins();
  return {
    ...recorder.finish(),
    algorithm,
    sweeps,
    thermalization,
    configuration: options.configuration === true ? spinsBySite(state) : null,
  };
}

/**
 * Simulates one temperature after another, each with its own random stream.
 *
 * @example
 * ```ts
 * import { createModel, scanTemperatures, squareLattice } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * (await scanTemperatures(createModel(squareLattice(4)), [2, 3], createStream(1), { sweeps: 64 })).length; // => 2
 * ```
 */
export async function scanTemperatures(
  model: SpinModel,
  temperatures: readonly number[],
  stream: RandomStream,
  options: SimulationOptions = {},
): Promise<SimulationResult[]> {
  const results: SimulationResult[] = [];
  for (const [k, temperature] of temperatures.entries())
    results.push(await simulateIsing(model, temperature, stream.fork(k), options));
  return results;
}
