/** What the page asks the worker of scans, and what it answers. */
import type { UpdateAlgorithm } from "../../../../../src/lattice/index.ts";
import type { ModelSpec } from "../exact/messages.ts";
import type { RunEstimates } from "../simulation/messages.ts";

/** Runs of one model at many temperatures, each from its own start. */
export interface ScanRequest {
  readonly model: ModelSpec;
  readonly algorithm: UpdateAlgorithm;
  readonly start: "ordered" | "disordered";
  readonly seed: number;
  readonly thermalization: number;
  /** Measured sweeps at each temperature. */
  readonly sweeps: number;
  /** In the order in which they are measured. */
  readonly temperatures: readonly number[];
}

/** Estimates so far. */
export interface ScanResult {
  readonly points: readonly RunEstimates[];
}
