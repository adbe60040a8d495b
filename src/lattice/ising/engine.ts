/** A run in progress: a configuration and the fastest update that its model, algorithm and order allow. */
import type { RandomStream } from "../../numerics/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import { StreamDice } from "./dice.ts";
import { fitsGraphKernel, fitsSquareKernel, startGraphKernel, startSquareKernel } from "./kernel-updates.ts";
import type { SweepOrder } from "./local-updates.ts";
import { createState, type Engine, type Start } from "./state.ts";
import { createUpdater, type UpdateAlgorithm } from "./updater.ts";

/** How an engine starts. */
export interface EngineOptions {
  readonly algorithm: UpdateAlgorithm;
  readonly start: Start;
  readonly order: SweepOrder | undefined;
  /** Whether spins are looked at after every sweep, which the bit-parallel kernel is not made for. */
  readonly readsSpins: boolean;
}

/** WebAssembly wherever its memory holds the model, bit-parallel where that applies, else the update in TypeScript. */
export async function startEngine(
  model: SpinModel,
  temperature: number,
  stream: RandomStream,
  { algorithm, start, order, readsSpins }: EngineOptions,
): Promise<Engine> {
  const isLocal = algorithm === "metropolis" || algorithm === "heat-bath";
  if (isLocal && !readsSpins && fitsSquareKernel(model, order))
    return startSquareKernel(algorithm, model, temperature, start, stream);
  if (fitsGraphKernel(model))
    return startGraphKernel(algorithm, model, temperature, start, order ?? "sequential", stream);
  const dice = new StreamDice(stream.fork("updates"));
  const state = createState(model, start, stream.fork("start"));
  let updater = createUpdater(algorithm, model, temperature, dice, order ?? "sequential");
  return {
    state,
    updater: {
      sweep: (s) => updater.sweep(s),
      tune: () => updater.tune?.(),
    },
    syncSpins() {},
    setTemperature(next) {
      updater = createUpdater(algorithm, model, next, dice, order ?? "sequential");
    },
  };
}
