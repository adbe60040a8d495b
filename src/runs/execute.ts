/** Runs the steps of a plan that are not done yet, in order, and keeps each result before the next step begins. */
import { InterruptedError, type WorkOptions } from "../base/index.ts";
import type { RunFolder } from "./folder.ts";
import type { JsonValue } from "./manifest.ts";

/** Options of `executeRun`. */
export interface ExecuteOptions extends WorkOptions {
  /** What progress calls the work. Default: the kind of the run. */
  readonly stage?: string;
  /** A short text about a finished step, shown as progress. */
  readonly describe?: (step: string, result: JsonValue) => string;
  /** Steps in work at the same time. Default 1. Results do not depend on it. */
  readonly parallel?: number;
}

/**
 * Does all steps and returns the results in the order of the plan.
 *
 * @param work from a step's label to its result; must depend on the plan and the label only
 * @throws InterruptedError when the signal is aborted; what was finished stays in the folder
 */
export async function executeRun<Result extends JsonValue>(
  run: RunFolder,
  work: (step: string, signal: AbortSignal) => Promise<Result>,
  options: ExecuteOptions = {},
): Promise<Result[]> {
  const { steps, kind } = run.manifest;
  const { onProgress, signal = new AbortController().signal, stage = kind, describe, parallel = 1 } = options;
  const open = steps.filter((step) => !run.results.has(step));
  let done = steps.length - open.length;
  onProgress?.({ stage, done, total: steps.length });
  const next = open.values();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (const step of next) {
      if (hasFailed) return;
      if (signal.aborted) throw interrupted(run, done);
      const result = await work(step, signal).catch((error: unknown) => {
        throw signal.aborted ? interrupted(run, done) : error;
      });
      await run.append({ step, result });
      done += 1;
      const note = describe?.(step, result);
      onProgress?.({ stage, done, total: steps.length, ...(note === undefined ? {} : { note }) });
    }
  };
  const lanes = Array.from({ length: Math.max(1, Math.min(parallel, open.length)) }, () =>
    worker().catch((error: unknown) => {
      hasFailed = true;
      throw error;
    }),
  );
  // what the other lanes have in work is finished and kept before the failure is told
  const failed = (await Promise.allSettled(lanes)).find(({ status }) => status === "rejected");
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  return steps.map((step) => run.results.get(step) as Result);
}

function interrupted(run: RunFolder, done: number): InterruptedError {
  return new InterruptedError(
    `interrupted after ${done} of ${run.manifest.steps.length} steps, kept in ${run.path}`,
    {
      hint: "run the same command again to continue",
      data: { done, path: run.path },
    },
  );
}
