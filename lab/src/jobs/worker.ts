/** The worker's side of a job: runs one request at a time, sends progress and partial results, stops when asked to. */
import { describeError, type FromWorker, type JobProgress, type ToWorker } from "./messages.ts";

/** What a computation in a worker is given. */
export interface JobContext<Partial> {
  /** Aborted when the page cancels; check it, or hand it on. Computations must give way to the event loop to notice. */
  readonly signal: AbortSignal;
  /** Tells how far it is. */
  progress(progress: JobProgress): void;
  /** Sends a result so far; buffers in `transfer` move instead of being copied. */
  partial(partial: Partial, transfer?: Transferable[]): void;
}

/** A result with buffers that move to the page instead of being copied. */
export class Transferred<Result> {
  readonly result: Result;
  readonly buffers: Transferable[];
  constructor(result: Result, buffers: Transferable[]) {
    this.result = result;
    this.buffers = buffers;
  }
}

/** Resolves after messages that have arrived (a cancel, say) were handled; quicker than a timer. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * Answers `createJob` of the page. Call it once, at the top of a module worker. Workers that are started before their room
 * (`ahead.ts`) are told what to `prepare`.
 *
 * @example
 * ```ts
 * serveJob<{ n: number }, number, number>(async ({ n }, { signal, progress }) => {
 *   let sum = 0;
 *   for (let i = 0; i < n && !signal.aborted; i++) {
 *     sum += i;
 *     if (i % 1000 === 0) { progress({ done: i, total: n }); await giveWay(); }
 *   }
 *   return sum;
 * });
 * ```
 */
export function serveJob<Request, Partial, Result, Ahead = never>(
  compute: (
    request: Request,
    context: JobContext<Partial>,
  ) => Promise<Result | Transferred<Result>> | Result | Transferred<Result>,
  prepare?: (ahead: Ahead) => void,
): void {
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  const post = (message: FromWorker<Partial, Result>, transfer: Transferable[] = []): void =>
    scope.postMessage(message, transfer);
  const running = new Map<number, AbortController>();
  scope.addEventListener("message", async ({ data }: MessageEvent<ToWorker<Request>>) => {
    if (data.kind === "cancel") {
      running.get(data.id)?.abort();
      return;
    }
    if (data.kind === "prepare") {
      try {
        prepare?.(data.ahead as Ahead);
      } catch {
        // the request itself will say what is wrong
      }
      return;
    }
    const { id, request } = data;
    const controller = new AbortController();
    const { signal } = controller;
    running.set(id, controller);
    try {
      const answer = await compute(request, {
        signal,
        progress: (progress) => !signal.aborted && post({ kind: "progress", id, progress }),
        partial: (partial, transfer) => !signal.aborted && post({ kind: "partial", id, partial }, transfer),
      });
      const { result, buffers } =
        answer instanceof Transferred ? answer : { result: answer, buffers: [] as Transferable[] };
      if (signal.aborted) post({ kind: "cancelled", id });
      else post({ kind: "done", id, result }, buffers);
    } catch (error) {
      if (signal.aborted) post({ kind: "cancelled", id });
      else post({ kind: "error", id, error: describeError(error) });
    } finally {
      running.delete(id);
    }
  });
}
