/**
 * A simulation that a program advances step by step, looks at, and takes to other temperatures: what `simulateIsing` does in one
 * go. A run of the same seed, temperature and numbers of sweeps gives the same bits as that function.
 */
import { type Estimate, exact, SpecError } from "../../base/index.ts";
import { autocorrelationTime, type RandomStream } from "../../numerics/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import { startEngine } from "./engine.ts";
import type { SweepOrder } from "./local-updates.ts";
import { estimateObservables, type IsingEstimates } from "./observables.ts";
import { requireTemperature } from "./options.ts";
import { createSeries } from "./series.ts";
import { type Start, spinsBySite } from "./state.ts";
import type { UpdateAlgorithm } from "./updater.ts";

/** Options of `startIsing`. */
export interface IsingRunOptions {
  /** Default "wolff". */
  readonly algorithm?: UpdateAlgorithm;
  /** Default "ordered". */
  readonly start?: Start;
  /** As in `simulateIsing`. */
  readonly order?: SweepOrder;
  /** Sweeps before measurements begin, after the start and after every change of temperature; default 100. */
  readonly thermalization?: number;
  /** Measurements beyond which sweeps are not recorded any more; default 2^20. */
  readonly mostMeasurements?: number;
}

/** Estimates of a run so far. */
export interface IsingRunEstimates extends IsingEstimates {
  /** <s> of the central site; 0 by symmetry when nothing breaks it. */
  readonly centralMagnetization: Estimate;
}

/** A simulation under way. */
export interface IsingRun {
  readonly model: SpinModel;
  readonly temperature: number;
  /** Sweeps since the start. */
  readonly sweeps: number;
  /** Recorded sweeps at this temperature. */
  readonly measured: number;
  /** Whether the temperature was never changed, so that `simulateIsing` gives the same numbers. */
  readonly isFresh: boolean;
  /** Energy and magnetisation per site of the configuration now. */
  readonly energy: number;
  readonly magnetization: number;
  /** Makes sweeps; after the thermalisation they are recorded. */
  advance(sweeps: number): void;
  /** Goes on at another temperature from the configuration that there is; measurements begin anew. */
  setTemperature(temperature: number): void;
  /** @throws SpecError below 16 measurements. */
  estimate(): IsingRunEstimates;
  /** Spins by site, pinned ones too, +1 or -1. */
  readSpins(): Int8Array;
}

const DEFAULT_THERMALIZATION = 100;
const MOST_MEASUREMENTS = 2 ** 20;
const FEWEST_MEASUREMENTS = 16;

/**
 * Starts a simulation.
 *
 * @param stream source of randomness; the run uses forks of it.
 * @throws SpecError for T <= 0 or a thermalisation that is no integer of at least 0.
 * @cost as `simulateIsing`; 24 bytes of memory a measurement.
 * @example
 * ```ts
 * import { createModel, squareLattice, startIsing } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * const run = await startIsing(createModel(squareLattice(4)), 2, createStream(1), { thermalization: 400 });
 * run.advance(2400);
 * const { energy } = run.estimate();
 * Math.abs(energy.value + 1.75538) < 5 * (energy.stderr ?? 0); // => true
 * ```
 */
export async function startIsing(
  model: SpinModel,
  temperature: number,
  stream: RandomStream,
  options: IsingRunOptions = {},
): Promise<IsingRun> {
  const { algorithm = "wolff", start = "ordered", order } = options;
  const { thermalization = DEFAULT_THERMALIZATION, mostMeasurements = MOST_MEASUREMENTS } = options;
  requireTemperature(temperature);
  if (!Number.isInteger(thermalization) || thermalization < 0)
    throw new SpecError(`thermalization: received ${thermalization}, expected an integer of at least 0`);
  const { graph, spinAt } = model;
  const isSymmetric = model.ghost === null;
  const how = { algorithm, start, order, readsSpins: !isSymmetric };
  const { state, updater, syncSpins, setTemperature } = await startEngine(model, temperature, stream, how);
  const centre = spinAt[graph.centre] as number;
  // energy, sum of spins, and the central spin where it is not 0 by symmetry
  const series = createSeries(isSymmetric ? 2 : 3, mostMeasurements);
  const half = thermalization >> 1;
  let now = temperature;
  let sweeps = 0;
  let since = 0;
  let isFresh = true;
  const step = (): void => {
    if (since === thermalization) updater.tune();
    updater.sweep(state);
    if (since < thermalization && since === half) updater.tune();
    if (since >= thermalization)
      series.add(state.energy, state.total, centre < 0 ? 1 : (state.spins[centre] as number));
    since++;
    sweeps++;
  };
  return {
    model,
    get temperature() {
      return now;
    },
    get sweeps() {
      return sweeps;
    },
    get measured() {
      return series.length;
    },
    get isFresh() {
      return isFresh;
    },
    get energy() {
      return state.energy / graph.sites;
    },
    get magnetization() {
      return state.total / graph.sites;
    },
    advance(count) {
      for (let n = 0; n < count; n++) step();
    },
    setTemperature(next) {
      requireTemperature(next);
      if (next === now) return;
      setTemperature(next);
      now = next;
      since = 0;
      series.clear();
      // before the first sweep nothing has happened that another start would not share
      isFresh = isFresh && sweeps === 0;
    },
    estimate() {
      if (series.length < FEWEST_MEASUREMENTS)
        throw new SpecError(
          `Ising run: received ${series.length} measurements, expected at least ${FEWEST_MEASUREMENTS}`,
        );
      return {
        ...estimateObservables(series.column(0), series.column(1), now, graph.sites, isSymmetric),
        centralMagnetization: isSymmetric
          ? exact(0, "0 by symmetry")
          : autocorrelationTime(series.column(2)).mean,
      };
    },
    readSpins() {
      syncSpins();
      return spinsBySite(state);
    },
  };
}
