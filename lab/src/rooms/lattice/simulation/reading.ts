/** What is read from a run for the page: its spins in bytes (255 up, 0 down) with the numbers of the moment, and one cell with what surrounds it. */
import type { IsingRun } from "../../../../../src/lattice/index.ts";
import type { FromSimulation, Inspected, RunNumbers } from "./messages.ts";
import type { Past } from "./past.ts";
import type { TraceRecorder } from "./trace.ts";

type Answer = Extract<FromSimulation, { kind: "frame" }>;
/** What is read of a run; speed and estimates are added. */
export type Frame = Omit<Answer, "numbers" | "estimates"> & {
  readonly spins: Uint8Array<ArrayBuffer>;
  readonly numbers: Omit<RunNumbers, "rate">;
};

/** A picture with the numbers of its moment. */
export function readFrame(
  run: IsingRun,
  asked: {
    readonly id: number;
    /** To be filled, where it has the right size. */
    readonly buffer: ArrayBuffer | null;
    /** Of a picture of the past; null: now. */
    readonly index: number | null;
    readonly past: Past;
    readonly trace: TraceRecorder;
  },
): Frame {
  const { id, buffer, index, past, trace } = asked;
  const { sites } = run.model.graph;
  const spins = new Uint8Array(buffer?.byteLength === sites ? buffer : new ArrayBuffer(sites));
  if (index !== null) past.show(index, spins);
  else {
    const signs = run.readSpins();
    for (let i = 0; i < sites; i++) spins[i] = (signs[i] as number) > 0 ? 255 : 0;
  }
  const { sweeps, measured, temperature, isFresh, energy, magnetization } = run;
  const { count, stride } = past;
  return {
    kind: "frame",
    id,
    spins,
    numbers: { sweeps, measured, temperature, isFresh, energy, magnetization, past: { count, stride } },
    pastSweep: index === null ? null : index * stride,
    trace: trace.isNew ? trace.read() : null,
  };
}

/** A cell; null where there is none. */
export function inspectSite(run: IsingRun, site: number): Inspected | null {
  const { offsets, neighbours, layer, boundary } = run.model.graph;
  if (!(site >= 0 && site + 1 < offsets.length)) return null;
  const row = neighbours.subarray(offsets[site] as number, offsets[site + 1] as number);
  return {
    site,
    spin: run.readSpins()[site] as number,
    layer: layer[site] as number,
    isRim: boundary.includes(site),
    neighbours: [...new Set(row)],
  };
}
