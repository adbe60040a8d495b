import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepWorkers } from "../../../lab/src/jobs/ahead.ts";
import { createFollower } from "../../../lab/src/jobs/follower.ts";
import { createJob } from "../../../lab/src/jobs/job.ts";
import type { FromWorker, ToWorker } from "../../../lab/src/jobs/messages.ts";
import { cancelRunningJobs, runningJobs } from "../../../lab/src/jobs/running.ts";
import { serveJob, Transferred } from "../../../lab/src/jobs/worker.ts";
import { SpecError } from "../../../src/base/index.ts";

/** A worker that does what the test says. */
class FakeWorker extends EventTarget {
  static readonly all: FakeWorker[] = [];
  readonly received: ToWorker<string>[] = [];
  isTerminated = false;
  constructor() {
    super();
    FakeWorker.all.push(this);
  }
  postMessage(message: ToWorker<string>): void {
    this.received.push(message);
  }
  terminate(): void {
    this.isTerminated = true;
  }
  say(message: FromWorker<string, string>): void {
    this.dispatchEvent(new MessageEvent("message", { data: message }));
  }
}
const start = () => new FakeWorker() as unknown as Worker;
const worker = (i: number) => FakeWorker.all[i]!;

beforeEach(() => {
  FakeWorker.all.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  runningJobs.clear();
});

describe("a job", () => {
  it("goes from idle over loading and computing to done", async () => {
    const job = createJob<string, string, string>(start);
    expect(job.status.value).toEqual({ kind: "idle" });
    const end = job.run("a");
    expect(job.status.value).toEqual({ kind: "loading" });
    expect(runningJobs.has(job)).toBe(true);
    worker(0).say({ kind: "progress", id: 1, progress: { done: 1, total: 4, step: "half" } });
    worker(0).say({ kind: "partial", id: 1, partial: "so far" });
    expect(job.status.value).toEqual({
      kind: "computing",
      progress: { done: 1, total: 4, step: "half" },
      partial: "so far",
    });
    worker(0).say({ kind: "done", id: 1, result: "all" });
    expect(job.status.value).toMatchObject({ kind: "done", result: "all" });
    expect((await end).kind).toBe("done");
    expect(runningJobs.size).toBe(0);
    void job.run("b");
    expect(FakeWorker.all).toHaveLength(1); // the worker is kept
    expect(job.status.value.kind).toBe("computing");
  });

  it("keeps what was there when it is cancelled, and ends a worker that does not stop", async () => {
    const job = createJob<string, string, string>(start);
    const end = job.run("a");
    worker(0).say({ kind: "partial", id: 1, partial: "half" });
    expect(cancelRunningJobs()).toBe(true);
    expect(job.status.value).toEqual({ kind: "cancelled", partial: "half" });
    expect(await end).toEqual({ kind: "cancelled", partial: "half" });
    worker(0).say({ kind: "done", id: 1, result: "too late" });
    expect(job.status.value.kind).toBe("cancelled");
    vi.advanceTimersByTime(1000);
    expect(worker(0).isTerminated).toBe(false); // it answered

    void job.run("b");
    job.cancel();
    vi.advanceTimersByTime(249);
    expect(worker(0).isTerminated).toBe(false);
    vi.advanceTimersByTime(2);
    expect(worker(0).isTerminated).toBe(true);
    void job.run("c");
    expect(worker(1).received).toEqual([{ kind: "run", id: 3, request: "c" }]);
    expect(cancelRunningJobs()).toBe(true);
    expect(cancelRunningJobs()).toBe(false);
  });

  it("replaces what is under way; the new request waits until the old has stopped", async () => {
    const job = createJob<string, string, string>(start);
    const first = job.run("a");
    const second = job.run("b");
    const third = job.run("c");
    expect(worker(0).received.map(({ kind }) => kind)).toEqual(["run", "cancel"]);
    expect((await first).kind).toBe("cancelled");
    expect((await second).kind).toBe("cancelled");
    worker(0).say({ kind: "cancelled", id: 1 });
    expect(worker(0).received.at(-1)).toEqual({ kind: "run", id: 3, request: "c" });
    worker(0).say({ kind: "done", id: 3, result: "c" });
    expect(await third).toMatchObject({ kind: "done", result: "c" });

    void job.run("d");
    void job.run("e");
    vi.advanceTimersByTime(300); // the worker never answers
    expect(worker(0).isTerminated).toBe(true);
    expect(worker(1).received).toEqual([{ kind: "run", id: 5, request: "e" }]);
  });

  it("says why it failed, also when the worker does not load", async () => {
    const job = createJob<string, string, string>(start);
    const end = job.run("a");
    worker(0).say({ kind: "error", id: 1, error: { kind: "failed", message: "no", hint: "do" } });
    expect(await end).toEqual({ kind: "failed", message: "no", hint: "do" });
    const next = job.run("b");
    worker(0).dispatchEvent(new Event("error"));
    expect(await next).toMatchObject({ kind: "failed", hint: expect.stringContaining("reload") });
    void job.run("c");
    expect(FakeWorker.all).toHaveLength(2);
    job.close();
    expect(worker(1).isTerminated).toBe(true);
    expect(job.status.value.kind).toBe("cancelled");
  });
});

describe("a follower", () => {
  it("finishes what it has begun, then takes the latest request only", async () => {
    const follower = createFollower<string, string>(start);
    for (const request of ["a", "b", "c"]) follower.follow(request);
    expect(worker(0).received).toHaveLength(1);
    worker(0).say({ kind: "done", id: 1, result: "A" });
    await vi.advanceTimersByTimeAsync(0);
    expect(follower.result.value).toBe("A");
    expect(worker(0).received.at(-1)).toEqual({ kind: "run", id: 2, request: "c" });
    worker(0).say({ kind: "error", id: 2, error: { kind: "failed", message: "no" } });
    await vi.advanceTimersByTimeAsync(0);
    expect(follower.result.value).toBeNull();
    follower.follow("d");
    worker(0).say({ kind: "done", id: 3, result: "D" });
    expect(follower.result.value).toBe("D");
    follower.close();
    expect(worker(0).isTerminated).toBe(true);
  });
});

describe("the worker's side", () => {
  /** Runs `serveJob` in a scope of its own: messages in, messages out. */
  function scope(
    compute: Parameters<typeof serveJob<string, string, string>>[0],
    prepare?: (ahead: string) => void,
  ) {
    const target = new EventTarget();
    const said: FromWorker<string, string>[] = [];
    vi.stubGlobal("addEventListener", target.addEventListener.bind(target));
    vi.stubGlobal("postMessage", (message: FromWorker<string, string>) => said.push(message));
    serveJob(compute, prepare);
    return {
      said,
      hear: (data: ToWorker<string>) => target.dispatchEvent(new MessageEvent("message", { data })),
    };
  }
  afterEach(() => vi.unstubAllGlobals());

  it("answers with progress, partial and result, or with the parts of an error", async () => {
    const { said, hear } = scope((request, { progress, partial }) => {
      if (request === "bad") throw new SpecError("x: received 1, expected 2.", { hint: "write 2" });
      progress({ done: 1, total: 2 });
      partial("half");
      return new Transferred("whole", []);
    });
    hear({ kind: "run", id: 7, request: "good" });
    hear({ kind: "run", id: 8, request: "bad" });
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toEqual(
      expect.arrayContaining([
        { kind: "progress", id: 7, progress: { done: 1, total: 2 } },
        { kind: "partial", id: 7, partial: "half" },
        { kind: "done", id: 7, result: "whole" },
        {
          kind: "error",
          id: 8,
          error: {
            ...{ kind: "failed", message: "x: received 1, expected 2.", where: "x" },
            ...{ received: "1", expected: "2", hint: "write 2" },
          },
        },
      ]),
    );
  });

  it("is silent after a cancel, but for saying that it stopped", async () => {
    let go: () => void = () => {};
    const { said, hear } = scope(async (_, { partial, signal }) => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      expect(signal.aborted).toBe(true);
      partial("late");
      return "late";
    });
    hear({ kind: "run", id: 1, request: "a" });
    hear({ kind: "cancel", id: 1 });
    go();
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toEqual([{ kind: "cancelled", id: 1 }]);
  });

  it("prepares without a word, and leaves what is wrong to the request", async () => {
    const prepared: string[] = [];
    const { said, hear } = scope(
      (request) => request,
      (ahead) => {
        prepared.push(ahead);
        throw new Error("not an activation");
      },
    );
    hear({ kind: "prepare", ahead: "tanh" });
    hear({ kind: "run", id: 1, request: "a" });
    await vi.advanceTimersByTimeAsync(0);
    expect(prepared).toEqual(["tanh"]);
    expect(said).toEqual([{ kind: "done", id: 1, result: "a" }]);
  });
});

describe("workers ahead", () => {
  it("are handed out before new ones are made", () => {
    const workers = keepWorkers<string>(start);
    workers.start(2, "tanh");
    expect(FakeWorker.all.map(({ received }) => received)).toEqual([
      [{ kind: "prepare", ahead: "tanh" }],
      [{ kind: "prepare", ahead: "tanh" }],
    ]);
    const taken = [workers.take(), workers.take(), workers.take()] as unknown as FakeWorker[];
    expect(taken).toEqual([worker(0), worker(1), worker(2)]);
    expect(worker(2).received).toEqual([]);
  });

  it("are forgotten when they did not load, so that the job hears of it", () => {
    const workers = keepWorkers<string>(start);
    workers.start(1, "tanh");
    worker(0).dispatchEvent(new Event("error"));
    expect(workers.take() as unknown).toBe(worker(1));
  });
});
