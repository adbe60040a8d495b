/**
 * Results that follow something that is dragged: the worker finishes what it has begun, then takes the latest request, so
 * results keep coming however fast the requests are. For work of a few milliseconds; longer work is a plain job.
 */
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createJob, type Job } from "./job.ts";

/** A worker that follows. */
export interface Follower<Request, Result> {
  /** The last result that came; null before the first and after a failure. */
  readonly result: ReadonlySignal<Result | null>;
  /** For `JobStatus`. */
  readonly job: Job<Request, never, Result>;
  /** Asks for this next; replaces a request that waits. */
  follow(request: Request): void;
  close(): void;
}

/** Makes a follower; the worker uses `serveJob`. */
export function createFollower<Request, Result>(start: () => Worker): Follower<Request, Result> {
  const job = createJob<Request, never, Result>(start);
  const result: Signal<Result | null> = signal(null);
  let waiting: { readonly request: Request } | null = null;
  const next = (): void => {
    const { kind } = job.status.peek();
    if (waiting === null || kind === "loading" || kind === "computing") return;
    const { request } = waiting;
    waiting = null;
    void job.run(request).then(next);
  };
  const stop = effect(() => {
    const state = job.status.value;
    if (state.kind === "done") result.value = state.result;
    if (state.kind === "failed" || state.kind === "unsupported") result.value = null;
  });
  return {
    result,
    job,
    follow(request) {
      waiting = { request };
      next();
    },
    close() {
      waiting = null;
      stop();
      job.close();
    },
  };
}
