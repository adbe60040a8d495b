/**
 * Measurements of information flow in run folders: every draw of every variance is a step with a random stream of its
 * own, so a run that was killed continues with the same numbers. Draws with the same number use the same random numbers
 * at all variances, so that columns of a map differ by their variances alone.
 */
import { ConvergenceError, type ProgressEvent, SpecError, type WorkOptions } from "../base/index.ts";
import type { Dataset } from "../data/index.ts";
import {
  drawStream,
  type FlowColumn,
  type FlowSource,
  type InputRange,
  type MeasuredProfile,
  measureProfile,
  type Reconstruction,
  rangeOfData,
  reviveProfile,
  roundProfile,
  testBatchOf,
} from "../flow/index.ts";
import { executeRun } from "./execute.ts";
import { openRun, type RunFolder } from "./folder.ts";
import type { JsonValue, RunManifest } from "./manifest.ts";

/** How every draw is measured. */
export interface FlowSettings {
  /** Independent draws of network, decoders and test batch. */
  readonly draws: number;
  /** Minibatches of decoder training. */
  readonly batches: number;
  /** Examples in a minibatch. */
  readonly batch: number;
  /** Learning rate of Adam. */
  readonly rate: number;
  /** Examples that are reconstructed. */
  readonly testBatch: number;
}

/** The data of a measurement. */
export interface FlowParts {
  /** Examples for the decoders. */
  readonly train: Dataset;
  /** Where test batches are drawn from. */
  readonly test: Dataset;
}

/** Options of a run. */
export interface FlowRunOptions extends WorkOptions, FlowParts {
  readonly threads?: number;
  readonly machine?: RunManifest["machine"];
}

/** One network in the run. */
export interface FlowCell {
  readonly label: string;
  readonly sigmaW2: number;
  readonly sigmaB2: number;
  readonly source: FlowSource;
}

/** Looks on while a draw is measured, for pictures. */
export interface FlowObserver {
  /** The examples that will be reconstructed. */
  readonly onBatch: (batch: Dataset) => void;
  readonly onReconstruction: (reconstruction: Reconstruction) => void;
  /** Called before the draw is kept, so that what is written here is there whenever the draw is. */
  readonly onMeasured: (run: RunFolder, measured: MeasuredProfile) => Promise<void>;
}

/** What decides the numbers of a run. */
export interface FlowPlan extends FlowSettings {
  readonly kind: "flow" | "flow-scan" | "tune";
  /** The network as text, or the hash of its file. */
  readonly network: string;
  readonly data: string;
  readonly seed: number;
  readonly version: string;
  /** Further options that decide the numbers. */
  readonly options?: Readonly<Record<string, JsonValue>>;
}

/** Checks data before anything is written. */
export function requireFlowData({ train, test }: FlowParts, { batch, testBatch }: FlowSettings): void {
  if (testBatch < 2) {
    throw new SpecError(`flow: a test batch of ${testBatch}, expected at least 2 examples`, {
      hint: "--test 100",
    });
  }
  if (train.count < batch) {
    throw new SpecError(
      `flow: ${train.name} has ${train.count} examples, fewer than one minibatch of ${batch}`,
      {
        hint: `--batch-size ${Math.max(2, 2 ** Math.floor(Math.log2(Math.max(2, train.count))))}`,
      },
    );
  }
  if (test.count < testBatch) {
    throw new SpecError(
      `flow: ${test.name} has ${test.count} test examples, fewer than the ${testBatch} asked for`,
      {
        hint: `--test ${test.count}`,
      },
    );
  }
}

/**
 * Measures cells in a run folder, or continues it.
 *
 * @param observe who looks on at a draw that is measured now (not at those read from the folder)
 * @returns one column per cell, draws in order
 * @throws InterruptedError when the signal comes, with what is done kept; FormatError when the folder holds another run
 */
export async function measureFlowRun(
  path: string,
  plan: FlowPlan,
  cells: readonly FlowCell[],
  options: FlowRunOptions,
  observe?: (cell: FlowCell, draw: number) => FlowObserver | null,
): Promise<FlowColumn[]> {
  requireFlowData(options, plan);
  const { kind, version, seed, options: further = {}, ...settings } = plan;
  // draw by draw, so that a run that is stopped early has whole maps of the first draws
  const steps = Array.from({ length: plan.draws }, (_, draw) =>
    cells.map((cell) => ({ label: `${cell.label} draw ${draw + 1}`, cell, draw })),
  ).flat();
  const stepOf = new Map(steps.map((step) => [step.label, step]));
  const run = await openRun(
    path,
    { kind, version, seed, options: { ...settings, ...further }, steps: [...stepOf.keys()] },
    options.machine,
  );
  const report = totalProgress(options.onProgress, run);
  try {
    const range = rangeOfData(options.train.inputs);
    const results = await executeRun<JsonValue>(
      run,
      async (label, signal) => {
        const { cell, draw } = stepOf.get(label) as (typeof steps)[number];
        const observer = observe?.(cell, draw) ?? null;
        const work = { ...options, signal, onProgress: report(label) };
        const measured = await measureDraw({ source: cell.source, plan, draw, range, observer }, work);
        if (!("profile" in measured)) return measured;
        await observer?.onMeasured(run, measured);
        return roundProfile(measured.profile) as unknown as JsonValue;
      },
      options.signal === undefined ? {} : { signal: options.signal },
    );
    return cells.map(({ sigmaW2, sigmaB2 }, i) => ({
      sigmaW2,
      sigmaB2,
      profiles: results
        .filter((_, step) => step % cells.length === i)
        .map((result) => ("diverged" in (result as object) ? null : reviveProfile(result))),
    }));
  } finally {
    await run.close();
  }
}

/** One draw to measure. */
export interface DrawTask {
  readonly source: FlowSource;
  readonly plan: Pick<FlowPlan, "kind" | "seed" | "batches" | "batch" | "rate" | "testBatch">;
  readonly draw: number;
  readonly range: InputRange;
  readonly observer: FlowObserver | null;
}

/** Measures one draw; a decoder that diverges is an error for one network, and a result in a map or a search. */
export async function measureDraw(
  { source, plan, draw, range, observer }: DrawTask,
  { train, test, threads, signal, onProgress }: FlowRunOptions,
): Promise<MeasuredProfile | { readonly diverged: string }> {
  const stream = drawStream(plan.seed, draw);
  try {
    const chain = await source.open(stream.fork("network"), range);
    const batch = testBatchOf(test, plan.testBatch, stream);
    observer?.onBatch(batch);
    return await measureProfile(chain, train, batch, {
      stream: stream.fork("decoders"),
      ...{ batches: plan.batches, batch: plan.batch, rate: plan.rate },
      ...(threads === undefined ? {} : { threads }),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(observer === null ? {} : { onReconstruction: observer.onReconstruction }),
    });
  } catch (error) {
    // one network is an answer of its own; in a map the others go on
    if (plan.kind === "flow" || !(error instanceof ConvergenceError)) throw error;
    return { diverged: error.message };
  }
}

/** Progress over all draws in units of decoder steps, so that the remaining time is right from the first draw on. */
function totalProgress(
  onProgress: WorkOptions["onProgress"],
  run: RunFolder,
): (label: string) => (event: ProgressEvent) => void {
  const { steps } = run.manifest;
  return (label) => (event) => {
    if (event.stage !== "training decoders" || event.total === null) return;
    const finished = steps.filter((step) => run.results.has(step)).length;
    onProgress?.({
      stage: event.stage,
      done: finished * event.total + event.done,
      total: steps.length * event.total,
      note: steps.length === 1 ? (event.note ?? "") : `${label}, ${event.note ?? ""}`,
    });
  };
}
