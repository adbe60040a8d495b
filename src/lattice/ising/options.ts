/** What runs are asked for and give, and the lengths that they accept. */
import { SpecError, type WorkOptions } from "../../base/index.ts";
import type { SweepOrder } from "./local-updates.ts";
import type { IsingEstimates } from "./observables.ts";
import type { IsingProfiles } from "./profiles.ts";
import type { Start } from "./state.ts";
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

const DEFAULT_SWEEPS = 4096;
const LEAST_SWEEPS = 16;

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
