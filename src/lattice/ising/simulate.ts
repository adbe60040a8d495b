/** Monte Carlo runs: start, thermalise, measure, analyse; at one temperature or on a ladder of replicas. */
import { SpecError, type WorkOptions } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import { StreamDice } from "./dice.ts";
import { startEngine } from "./engine.ts";
import type { SweepOrder } from "./local-updates.ts";
import { estimateObservables, type IsingEstimates } from "./observables.ts";
import { createProfileRecorder, type IsingProfiles } from "./profiles.ts";
import { createLadder } from "./replica-exchange.ts";
import { createState, type SpinState, type Start } from "./state.ts";
import type { UpdateAlgorithm } from "./updater.ts";

/** Options of a run. */
export interface SimulationOptions extends WorkOptions {
  /** Default "wolff". */
  readonly algorithm?: UpdateAlgorithm;
  /** Measured sweeps; default 4096. */
  readonly sweeps?: number;
  /** Sweeps before; default a fifth of `sweeps`. */
  readonly thermalization?: number;
  /** Default "ordered". */
  readonly start?: Start;
  /** Of single-spin updates; default "sequential", or "checkerboard" where the bit-parallel kernel applies. */
  readonly order?: SweepOrder;
  /** Whether layer and boundary profiles are recorded; default false. */
  readonly profiles?: boolean;
  /** Whether the last configuration is returned; default false. */
  readonly configuration?: boolean;
}

/** A finished run. */
export interface SimulationResult extends IsingEstimates {
  readonly temperature: number;
  readonly algorithm: string;
  readonly sweeps: number;
  readonly thermalization: number;
  readonly profiles: IsingProfiles | null;
  /** The last configuration by site, pinned ones too; null unless asked for. */
  readonly configuration: Int8Array | null;
}

/** A finished ladder. */
export interface ReplicaResult {
  readonly replicas: readonly SimulationResult[];
  /** Fraction of accepted swaps between neighbouring temperatures. */
  readonly swapRates: readonly number[];
}

const DEFAULT_SWEEPS = 4096;
const LEAST_SWEEPS = 16;

/**
 * Simulates a model at one temperature.
 *
 * @param stream source of randomness; the run uses forks of it.
 * @throws SpecError for T <= 0 or too few sweeps; the signal's reason when it is aborted.
 * @cost sweeps times bonds. Wolff without field and pinned spins, and Metropolis on square tori whose columns are a multiple of 256,
 *   run in WebAssembly: about 40 and 2 ns a spin and sweep; other updates take 75 to 200 ns.
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

/** A configuration by site, pinned spins included. */
export function spinsBySite({ model, spins }: SpinState): Int8Array {
  const { graph, siteOf, pinned } = model;
  if (pinned.length === 0) return spins.slice();
  const out = new Int8Array(graph.sites);
  siteOf.forEach((site, i) => {
    out[site] = spins[i] as number;
  });
  pinned.forEach((sign, k) => {
    out[graph.boundary[k] as number] = sign;
  });
  return out;
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
  const { algorithm = "metropolis", start = "ordered", order = "sequential" } = options;
  const { sweeps, thermalization } = readLengths(options);
  temperatures.forEach(requireTemperature);
  const states = temperatures.map((_, k) => createState(model, start, stream.fork(`start ${k}`)));
  const dice = new StreamDice(stream.fork("updates"));
  const ladder = createLadder(model, temperatures, states, dice, algorithm, order);
  await watch(options, "thermalising", thermalization, () => ladder.sweep());
  const recorders = temperatures.map((T) => createRecorder(model, T, sweeps, options.profiles === true));
  await watch(options, "measuring", sweeps, () => {
    ladder.sweep();
    recorders.forEach((recorder, k) => {
      recorder.record(ladder.states[k] as SpinState);
    });
  });
  const name = `replica-exchange of ${algorithm}`;
  return {
    replicas: recorders.map((recorder, k) => ({
      ...recorder.finish(),
      algorithm: name,
      sweeps,
      thermalization,
      configuration: options.configuration === true ? spinsBySite(ladder.states[k] as SpinState) : null,
    })),
    swapRates: ladder.swaps.map(({ accepted, tried }) => (tried === 0 ? 0 : accepted / tried)),
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

/** Refuses temperatures that are not positive. */
export function requireTemperature(temperature: number): void {
  if (!(temperature > 0) || !Number.isFinite(temperature))
    throw new SpecError(
      `temperature: received ${temperature}, expected a number above 0 (in units of J / k)`,
    );
}

/** Checked lengths of a run. */
export function readLengths({ sweeps = DEFAULT_SWEEPS, thermalization }: SimulationOptions): {
  sweeps: number;
  thermalization: number;
} {
  if (!Number.isInteger(sweeps) || sweeps < LEAST_SWEEPS)
    throw new SpecError(`sweeps: received ${sweeps}, expected an integer of at least ${LEAST_SWEEPS}`);
  const before = thermalization ?? Math.ceil(sweeps / 5);
  if (!Number.isInteger(before) || before < 0)
    throw new SpecError(`thermalization: received ${before}, expected an integer of at least 0`);
  return { sweeps, thermalization: before };
}

interface Recorder {
  record(state: SpinState): void;
  finish(): IsingEstimates & Pick<SimulationResult, "temperature" | "profiles">;
}

function createRecorder(
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
