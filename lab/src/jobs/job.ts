/**
 * A computation in a worker, seen from the page: one request at a time, with progress, results so far and cancel. A new
 * request replaces the one under way. A worker that does not stop within 250 ms of being asked is ended and started anew.
 */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { FromWorker, JobFailure, JobProgress, JobUnsupported, ToWorker } from "./messages.ts";
import { runningJobs } from "./running.ts";

/** Where a job stands. */
export type JobState<Partial, Result> =
  | { readonly kind: "idle" }
  | { readonly kind: "loading" }
  | { readonly kind: "computing"; readonly progress?: JobProgress; readonly partial?: Partial }
  | { readonly kind: "done"; readonly result: Result; readonly seconds: number }
  | { readonly kind: "cancelled"; readonly partial?: Partial }
  | JobFailure
  | JobUnsupported;

/** A job. */
export interface Job<Request, Partial, Result> {
  readonly status: ReadonlySignal<JobState<Partial, Result>>;
  /**
   * Starts; what was under way is cancelled. `transfer` moves buffers to the worker instead of copying them.
   * Resolves to the status it ends with ("cancelled" too when another request replaces it); never rejects.
   */
  run(request: Request, transfer?: Transferable[]): Promise<JobState<Partial, Result>>;
  cancel(): void;
  /** Ends the worker; for rooms that are left for good. */
  close(): void;
}

/** Milliseconds a worker has to stop by itself. */
const PATIENCE = 250;

/**
 * Makes a job; the worker starts with the first request.
 *
 * @param start - a literal `() => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" })`.
 */
export function createJob<Request, Partial, Result>(start: () => Worker): Job<Request, Partial, Result> {
  const status: Signal<JobState<Partial, Result>> = signal({ kind: "idle" });
  type Active = {
    readonly id: number;
    readonly began: number;
    readonly settle: (state: JobState<Partial, Result>) => void;
    progress?: JobProgress;
    partial?: Partial;
  };
  let worker: Worker | null = null;
  let active: Active | null = null;
  let stopping: { id: number; timer: ReturnType<typeof setTimeout> } | null = null;
  let waiting: (() => void) | null = null;
  let lastId = 0;

  const settle = (state: JobState<Partial, Result>): void => {
    const settled = active;
    active = null;
    runningJobs.delete(job);
    status.value = state;
    settled?.settle(state);
  };
  const stopped = (): void => {
    if (stopping === null) return;
    clearTimeout(stopping.timer);
    stopping = null;
    const next = waiting;
    waiting = null;
    next?.();
  };
  const end = (): void => {
    worker?.terminate();
    worker = null;
    stopped();
  };
  const receive = (message: FromWorker<Partial, Result>): void => {
    if (
      stopping?.id === message.id &&
      (message.kind === "done" || message.kind === "cancelled" || message.kind === "error")
    )
      stopped();
    if (active?.id !== message.id) return;
    switch (message.kind) {
      case "progress":
        active.progress = message.progress;
        break;
      case "partial":
        active.partial = message.partial;
        break;
      case "done":
        settle({ kind: "done", result: message.result, seconds: (performance.now() - active.began) / 1000 });
        return;
      case "error":
        settle(message.error);
        return;
      case "cancelled":
        settle({ kind: "cancelled", ...partialOf(active) });
        return;
    }
    status.value = { kind: "computing", ...progressOf(active), ...partialOf(active) };
  };
  const started = (): Worker => {
    if (worker !== null) return worker;
    const fresh = start();
    fresh.addEventListener("message", ({ data }: MessageEvent<FromWorker<Partial, Result>>) => {
      if (fresh === worker) receive(data);
    });
    fresh.addEventListener("error", (event) => {
      if (fresh !== worker) return;
      end();
      if (active !== null)
        settle({
          kind: "failed",
          message: event.message || "the part of the lab that computes did not load",
          hint: "reload the page; when it was built anew meanwhile, its old parts are gone",
        });
    });
    worker = fresh;
    return fresh;
  };
  const cancel = (): void => {
    if (active === null) return;
    const { id } = active;
    if (worker !== null && stopping === null) {
      worker.postMessage({ kind: "cancel", id } satisfies ToWorker<Request>);
      stopping = { id, timer: setTimeout(end, PATIENCE) };
    }
    waiting = null;
    settle({ kind: "cancelled", ...partialOf(active) });
  };
  const job: Job<Request, Partial, Result> = {
    status,
    cancel,
    run(request, transfer = []) {
      cancel();
      const id = ++lastId;
      const promise = new Promise<JobState<Partial, Result>>((resolve) => {
        active = { id, began: performance.now(), settle: resolve };
      });
      status.value = worker === null ? { kind: "loading" } : { kind: "computing" };
      runningJobs.add(job);
      const send = (): void =>
        started().postMessage({ kind: "run", id, request } satisfies ToWorker<Request>, transfer);
      if (stopping === null) send();
      else waiting = send;
      return promise;
    },
    close() {
      cancel();
      end();
    },
  };
  return job;
}

function progressOf({ progress }: { progress?: JobProgress }): { progress?: JobProgress } {
  return progress === undefined ? {} : { progress };
}

function partialOf<Partial>({ partial }: { partial?: Partial }): { partial?: Partial } {
  return partial === undefined ? {} : { partial };
}
