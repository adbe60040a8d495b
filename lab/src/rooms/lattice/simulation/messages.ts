/** What the page and the worker of the simulation say to each other. */
import type { IsingRunEstimates, UpdateAlgorithm } from "../../../../../src/lattice/index.ts";
import type { JobFailure, JobUnsupported } from "../../../jobs/messages.ts";
import type { LatticeSpec } from "../plan.ts";

/** How a run begins. */
export interface RunSpec {
  readonly lattice: LatticeSpec;
  readonly field: number;
  readonly temperature: number;
  readonly algorithm: UpdateAlgorithm;
  readonly start: "ordered" | "disordered";
  readonly seed: number;
  readonly thermalization: number;
}

/** From the page. Answers to `start` and frames of its run carry its `id`. */
export type ToSimulation =
  | { readonly kind: "start"; readonly id: number; readonly run: RunSpec }
  /** `pace`: sweeps for each frame that the page draws; null: as many as fit. */
  | { readonly kind: "pace"; readonly isRunning: boolean; readonly pace: number | null }
  | { readonly kind: "step"; readonly sweeps: number }
  | { readonly kind: "temperature"; readonly temperature: number }
  /** The page is ready to draw; a buffer comes back to be filled again. */
  | { readonly kind: "frame"; readonly buffer: ArrayBuffer | null }
  | { readonly kind: "past"; readonly index: number }
  | { readonly kind: "inspect"; readonly site: number };

/** The lattice of a run, as the page needs it. */
export interface BuiltLattice {
  readonly name: string;
  readonly sites: number;
  readonly bonds: number;
  /** Sites that a wired boundary pins, or that lie on the rim of a free one. */
  readonly rim: number;
  readonly picture:
    | { readonly kind: "square"; readonly size: number; readonly isPeriodic: boolean }
    | {
        readonly kind: "tiling";
        readonly p: number;
        readonly q: number;
        readonly perLayer: readonly number[];
        readonly layerStart: readonly number[];
        /** Places of cells, four numbers each, and of the dual cells round every inner vertex. */
        readonly motions: Float64Array;
        readonly dual: Float64Array;
      };
}

/** Numbers of a run at one moment. */
export interface RunNumbers {
  readonly sweeps: number;
  readonly measured: number;
  readonly temperature: number;
  readonly isFresh: boolean;
  readonly energy: number;
  readonly magnetization: number;
  /** Sweeps a second while running; null while nothing is known. */
  readonly rate: number | null;
  /** Pictures of the past that can be gone back to, and sweeps between them. */
  readonly past: { readonly count: number; readonly stride: number };
}

/** Estimates, and how many measurements they are of. */
export interface RunEstimates {
  readonly measured: number;
  readonly temperature: number;
  readonly estimates: IsingRunEstimates;
}

/** Energy and magnetisation per site along a run, thinned out. */
export interface Trace {
  readonly sweeps: Float64Array;
  readonly energy: Float64Array;
  readonly magnetization: Float64Array;
}

/** A cell and what surrounds it. */
export interface Inspected {
  readonly site: number;
  readonly spin: number;
  readonly layer: number;
  readonly isRim: boolean;
  readonly neighbours: readonly number[];
}

/** From the worker. */
export type FromSimulation =
  | { readonly kind: "built"; readonly id: number; readonly lattice: BuiltLattice }
  | {
      readonly kind: "frame";
      readonly id: number;
      /** One byte a site: 255 up, 0 down. */
      readonly spins: Uint8Array;
      readonly numbers: RunNumbers;
      /** Sweep of the picture, when it is one of the past. */
      readonly pastSweep: number | null;
      /** New ones only. */
      readonly estimates: RunEstimates | null;
      readonly trace: Trace | null;
    }
  | { readonly kind: "inspected"; readonly id: number; readonly cell: Inspected }
  | { readonly kind: "failed"; readonly id: number; readonly error: JobFailure | JobUnsupported };
