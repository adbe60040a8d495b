/**
 * A pool of painters that share the rows of one phase diagram. A new window or activation cancels what they do. The picture
 * changes as a whole: the old one stays until every painter has its first coarse pass, so nothing flickers while dragging.
 */
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { CriticalPolyline, PhaseGrid } from "../../../../src/signal/theory/index.ts";
import { createJob, type Job, type JobProgress, type JobState } from "../../jobs/index.ts";
import { PAINTERS, paintWorkers } from "./ahead.ts";
import type { PaintedRows, PaintPartial, PaintRequest, PaintResult } from "./paint-messages.ts";
import { shareRows } from "./share-rows.ts";

/** A painted diagram, or as much of it as there is. Matrices are row-major [n, n], rows by rising bias variance. */
export interface Picture {
  readonly activation: string;
  readonly grid: PhaseGrid;
  readonly q: Float64Array;
  readonly c: Float64Array;
  readonly chi1: Float64Array;
  readonly xiC: Float64Array;
  readonly xiQ: Float64Array;
  /** Grid points per block where it is coarsest; 1 and `isWhole` when finished. */
  readonly stride: number;
  readonly isWhole: boolean;
  readonly line: readonly CriticalPolyline[];
}

/** The pool. */
export interface Painter {
  /** What there is to see. */
  readonly picture: ReadonlySignal<Picture | null>;
  /** For `JobStatus`. */
  readonly job: Pick<Job<never, unknown, unknown>, "status" | "cancel">;
  paint(activation: string, grid: PhaseGrid): void;
  close(): void;
}

type RowJob = Job<PaintRequest, PaintPartial, PaintResult>;
type RowState = JobState<PaintPartial, PaintResult>;
const quantities = ["q", "c", "chi1", "xiC", "xiQ"] as const;

/** Makes the pool, which starts with the first painting. */
export function createPainter(): Painter {
  const jobs: RowJob[] = Array.from({ length: PAINTERS }, () =>
    createJob<PaintRequest, PaintPartial, PaintResult>(paintWorkers.take),
  );
  const picture: Signal<Picture | null> = signal(null);
  let painting: Painting | null = null;
  const stops = jobs.map((job, k) =>
    effect(() => {
      const now = job.status.value;
      painting?.take(k, now);
    }),
  );
  const status = computed(() => summarize(jobs.map((job) => job.status.value)));
  return {
    picture,
    job: {
      status,
      cancel: () => {
        for (const job of jobs) job.cancel();
      },
    },
    paint(activation, grid) {
      painting = null; // states of the cancelled rows are of no interest
      for (const job of jobs) job.cancel();
      const bands = shareRows(grid.ny, jobs.length);
      const started = startPainting(activation, grid, bands, picture);
      for (const [k, rows] of bands.entries())
        void (jobs[k] as RowJob).run({ activation, grid, rows, tracesLine: k === 0 });
      painting = started;
    },
    close() {
      painting = null;
      for (const stop of stops) stop();
      for (const job of jobs) job.close();
    },
  };
}

interface Painting {
  take(k: number, state: RowState): void;
}

function startPainting(
  activation: string,
  grid: PhaseGrid,
  bands: readonly (readonly [number, number])[],
  picture: Signal<Picture | null>,
): Painting {
  const began = performance.now();
  const size = grid.nx * grid.ny;
  const values = {
    ...{ q: new Float64Array(size), c: new Float64Array(size), chi1: new Float64Array(size) },
    ...{ xiC: new Float64Array(size), xiQ: new Float64Array(size) },
  };
  const strides: (number | null)[] = bands.map(() => null);
  const isDone: boolean[] = bands.map(() => false);
  const seen: unknown[] = bands.map(() => null);
  let line: readonly CriticalPolyline[] = [];
  let wasShown = false;
  const place = (k: number, painted: PaintedRows): void => {
    const [from] = bands[k] as readonly [number, number];
    for (const name of quantities) values[name].set(painted[name], from * grid.nx);
    strides[k] = painted.stride;
  };
  const show = (): void => {
    if (strides.includes(null)) return;
    const isWhole = isDone.every(Boolean);
    const stride = Math.max(...(strides as number[]));
    picture.value = { activation, grid, ...values, stride, isWhole, line };
    if (!wasShown) performance.measure("phase-first-picture", { start: began });
    if (isWhole) performance.measure("phase-full-picture", { start: began });
    wasShown = true;
  };
  return {
    take(k, state) {
      if (k >= bands.length) return;
      if (state.kind === "computing" && state.partial !== undefined && state.partial !== seen[k]) {
        seen[k] = state.partial;
        if ("line" in state.partial) line = state.partial.line;
        else place(k, state.partial.painted);
      } else if (state.kind === "done") {
        isDone[k] = true;
        place(k, state.result);
      } else return;
      show();
    },
  };
}

/** Rows that are finished count as done. */
function progressOf(states: readonly RowState[]): { progress?: JobProgress } {
  const parts = states.map((state) => (state.kind === "computing" ? state.progress : undefined));
  const shares = states.map((state, k) =>
    state.kind === "done" ? 1 : (parts[k]?.done ?? 0) / (parts[k]?.total ?? 1),
  );
  if (parts.every((part) => part === undefined)) return {};
  return { progress: { done: shares.reduce((a, b) => a + b, 0) / shares.length, total: 1 } };
}

/** One state for all painters: the worst first. */
function summarize(states: readonly RowState[]): JobState<unknown, unknown> {
  const of = (kind: RowState["kind"]): RowState | undefined => states.find((state) => state.kind === kind);
  const bad = of("failed") ?? of("unsupported");
  if (bad !== undefined) return bad;
  if (of("loading") !== undefined) return { kind: "loading" };
  if (of("computing") !== undefined) return { kind: "computing", ...progressOf(states) };
  if (of("cancelled") !== undefined) return { kind: "cancelled", partial: true };
  const seconds = Math.max(...states.map((state) => (state.kind === "done" ? state.seconds : 0)));
  return of("done") === undefined ? { kind: "idle" } : { kind: "done", result: null, seconds };
}
