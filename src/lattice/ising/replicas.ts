/** Runs on a ladder of temperatures whose copies exchange configurations. */
import type { RandomStream } from "../../numerics/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import { StreamDice } from "./dice.ts";
import { startEngine } from "./engine.ts";
import { readLengths, requireTemperature, type SimulationOptions, type SimulationResult } from "./options.ts";
import { createRecorder, watch } from "./recorder.ts";
import { createLadder } from "./replica-exchange.ts";
import { type Engine, spinsBySite } from "./state.ts";

/** A finished ladder. */
export interface ReplicaResult {
  readonly replicas: readonly SimulationResult[];
  /** Fraction of accepted swaps between neighbouring temperatures. */
  readonly swapRates: readonly number[];
}

/**
 * Simulates copies at several temperatures that exchange configurations.
 *
 * @param temperatures at least two, in ascending or descending order.
 * @throws SpecError as `simulateIsing`, and for fewer than two temperatures.
 * @example
 * ```ts
 * import { createModel, simulateReplicas, squareLattice } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * const model = createModel(squareLattice(4));
 * (await simulateReplicas(model, [2, 2.3, 2.6], createStream(1), { sweeps: 100 })).replicas.length; // => 3
 * ```
 */
export async function simulateReplicas(
  model: SpinModel,
  temperatures: readonly number[],
  stream: RandomStream,
  options: SimulationOptions = {},
): Promise<ReplicaResult> {
  const { algorithm = "metropolis", start = "ordered", order, profiles = false } = options;
  const { sweeps, thermalization } = readLengths(options);
  temperatures.forEach(requireTemperature);
  const how = { algorithm, start, order, readsSpins: profiles };
  const engines = await Promise.all(
    temperatures.map((T, k) => startEngine(model, T, stream.fork(`replica ${k}`), how)),
  );
  const ladder = createLadder(temperatures, engines, new StreamDice(stream.fork("swaps")));
  await watch(options, "thermalising", thermalization, () => ladder.sweep());
  const recorders = temperatures.map((T) => createRecorder(model, T, sweeps, profiles));
  await watch(options, "measuring", sweeps, () => {
    ladder.sweep();
    recorders.forEach((recorder, k) => {
      recorder.record((ladder.engines[k] as Engine).state);
    });
  });
  for (const { syncSpins } of ladder.engines) syncSpins();
  const name = `replica-exchange of ${algorithm}`;
  return {
    replicas: recorders.map((recorder, k) => ({
      ...recorder.finish(),
      algorithm: name,
      sweeps,
      thermalization,
      configuration: options.configuration === true ? spinsBySite((ladder.engines[k] as Engine).state) : null,
    })),
    swapRates: ladder.swaps.map(({ accepted, tried }) => (tried === 0 ? 0 : accepted / tried)),
  };
}
