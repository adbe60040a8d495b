/**
 * One worker thread seen from outside: requests become promises. The thread starts at once, so that ONNX Runtime
 * loads while the caller builds its graph, and does not keep the process alive while idle.
 */
import { platform, type WorkerHandle } from "#platform";
import { InterruptedError } from "../../base/index.ts";
import type { Answers, FromWorker, Request, ToWorker } from "./messages.ts";
import { runtimeError } from "./runtime-errors.ts";

interface Pending {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly stage: Request["kind"];
}

/** How long ending a thread may wait for the operator that it is in the middle of. */
const LONGEST_WAIT_MS = 2000;

/** A worker thread that hosts any number of sessions and runs them one at a time. */
export class EngineThread {
  readonly #worker: WorkerHandle;
  readonly #pending = new Map<number, Pending>();
  #next = 0;
  /** Requests that the worker has not replied to; abandoned ones count, because ending a busy worker aborts the process. */
  #outstanding = 0;
  #dead: Error | undefined;
  #onIdle: (() => void) | undefined;
  /** Sessions opened and not yet released; a pool gives new ones to the thread with the fewest. */
  sessions = 0;

  constructor() {
    this.#worker = platform.spawnWorker({
      url: new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url),
      startInBrowser: () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" }),
    });
    this.#worker.onMessage((message) => this.#receive(message as FromWorker));
    this.#worker.onFailure((error) => this.#fail(error));
  }

  get isAlive(): boolean {
    return this.#dead === undefined;
  }

  /** A number for a session or a store of resident tensors, used once. */
  freshNumber(): number {
    return this.#next++;
  }

  /** Sends a request; an abort rejects at once and drops the answer when it comes. */
  ask<K extends Request["kind"]>(
    request: Extract<Request, { kind: K }>,
    transfer: readonly ArrayBuffer[] = [],
    signal?: AbortSignal,
  ): Promise<Answers[K]> {
    if (signal?.aborted) return Promise.reject(interrupted());
    if (this.#dead !== undefined) return Promise.reject(this.#dead);
    const id = this.#next++;
    return new Promise<Answers[K]>((resolve, reject) => {
      const abort = () => {
        this.#worker.post({ id, request: null } satisfies ToWorker);
        this.#take(id);
        reject(interrupted());
      };
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener("abort", abort);
          then(value);
        };
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject), stage: request.kind });
      signal?.addEventListener("abort", abort, { once: true });
      this.#outstanding += 1;
      this.#worker.setBusy(true);
      this.#worker.post({ id, request } satisfies ToWorker, transfer);
    });
  }

  /**
   * Ends the thread; whatever still waits for an answer is rejected at once. A call into ONNX Runtime that is going on
   * returns first, since ending its thread would abort the process; the promise waits for that at most two seconds.
   */
  async terminate(): Promise<void> {
    this.#dead ??= interrupted();
    for (const id of [...this.#pending.keys()]) {
      this.#worker.post({ id, request: null } satisfies ToWorker);
      this.#take(id)?.reject(interrupted());
    }
    const ended = this.#untilIdle().then(() => this.#worker.terminate());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LONGEST_WAIT_MS);
    });
    await Promise.race([ended, patience]);
    clearTimeout(timer);
  }

  #untilIdle(): Promise<void> {
    if (this.#outstanding === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #receive(message: FromWorker): void {
    this.#settle(this.#outstanding - 1);
    const pending = this.#take(message.id);
    if (pending === undefined || "abandoned" in message) return;
    if ("failure" in message) pending.reject(runtimeError(message.failure, pending.stage));
    else pending.resolve(message.answer as never);
  }

  #settle(outstanding: number): void {
    this.#outstanding = outstanding;
    if (outstanding > 0) return;
    this.#worker.setBusy(false);
    this.#onIdle?.();
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #fail(error: Error): void {
    this.#dead ??= error;
    this.#settle(0);
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(error);
  }
}

/** The error for work that was stopped by its signal. */
export function interrupted(): InterruptedError {
  return new InterruptedError("stopped on request");
}
