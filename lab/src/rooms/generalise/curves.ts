/** The curve in view: asked for anew whenever the state changes, at once while nothing is sampled. */
import { effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import { createJob, type Job } from "../../jobs/index.ts";
import { requestOf } from "./state.ts";
import type { CurveAnswer, CurveRequest } from "./types.ts";

/** The job that predicts and samples. */
export const job: Job<CurveRequest, CurveAnswer, CurveAnswer> = createJob(
  () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
);

const latest: Signal<CurveAnswer | null> = signal(null);

/** The last curve that came, with the samples that it has so far. */
export const shown: ReadonlySignal<CurveAnswer | null> = latest;

/** Milliseconds without a change before sampling begins. */
const PAUSE = 400;

/** Asks again for what the state says. */
export function ask(): void {
  void job.run(requestOf());
}

/** Follows the state until the returned function is called. */
export function followState(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopAsking = effect(() => {
    const request = requestOf();
    clearTimeout(timer);
    untracked(() => {
      // theory follows a drag; samples wait until it rests
      void job.run({ ...request, sampling: null });
      if (request.sampling !== null) timer = setTimeout(() => void job.run(request), PAUSE);
    });
  });
  const stopShowing = effect(() => {
    const status = job.status.value;
    if (status.kind === "done") latest.value = status.result;
    else if (status.kind === "computing" && status.partial !== undefined) latest.value = status.partial;
  });
  return () => {
    clearTimeout(timer);
    stopAsking();
    stopShowing();
  };
}
