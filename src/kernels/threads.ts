/**
 * A team of worker threads on the shared memory of the kernels. The caller publishes a job in a control block, does
 * part 0 itself and spins until the others are done: microseconds, where messages would cost a turn of the event loop.
 */
import { platform, type WorkerHandle } from "#platform";

/** Layout of the control block: 32-bit words, then the arguments as float64. */
export const GENERATION = 0;
export const DONE = 1;
export const FUNCTION = 2;
export const ARGUMENT_COUNT = 3;
const WORDS = 16;
const MAX_ARGUMENTS = 24;
export const CONTROL_BYTES: number = WORDS * 4 + MAX_ARGUMENTS * 8;

/** What a thread needs to join. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Byte offset of the control block. */
  readonly control: number;
  readonly part: number;
  readonly parts: number;
}

/** Views of the control block. */
export function controlViews(memory: WebAssembly.Memory, control: number): [Int32Array, Float64Array] {
  return [
    new Int32Array(memory.buffer, control, WORDS),
    new Float64Array(memory.buffer, control + WORDS * 4, MAX_ARGUMENTS),
  ];
}

/** The workers and the control block. */
export class ThreadTeam {
  readonly size: number;
  private readonly words: Int32Array;
  private readonly values: Float64Array;
  private readonly names: readonly string[];
  private readonly workers: readonly WorkerHandle[];
  private failure: Error | null = null;

  constructor(words: Int32Array, values: Float64Array, names: readonly string[], workers: WorkerHandle[]) {
    this.size = workers.length + 1;
    this.words = words;
    this.values = values;
    this.names = names;
    this.workers = workers;
    for (const worker of workers) {
      worker.onFailure((error) => {
        this.failure = error;
      });
    }
  }

  /**
   * Runs `own` as part 0 here and the export `name` as parts 1 .. size-1 on the workers. `meanwhile` is done here first, while the
   * workers are at it already: for jobs whose threads take their work from a common counter.
   */
  run(
    own: (...values: number[]) => void,
    name: string,
    args: readonly number[],
    meanwhile?: () => void,
  ): void {
    if (this.failure !== null) throw new Error("internal: a kernel thread died", { cause: this.failure });
    const { words } = this;
    words[FUNCTION] = this.names.indexOf(name);
    words[ARGUMENT_COUNT] = args.length;
    this.values.set(args);
    Atomics.store(words, DONE, 0);
    Atomics.add(words, GENERATION, 1);
    Atomics.notify(words, GENERATION);
    try {
      meanwhile?.();
    } finally {
      own(0, this.size, ...args);
      while (Atomics.load(words, DONE) < this.size - 1);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

/** Starts `threads - 1` workers; null when shared memory cannot be given to workers here. */
export async function startTeam(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  control: number,
  threads: number,
): Promise<ThreadTeam | null> {
  if (threads < 2) return null;
  if (platform.kind === "browser" && !globalThis.crossOriginIsolated) return null;
  const [words, values] = controlViews(memory, control);
  const names = WebAssembly.Module.exports(module).map((entry) => entry.name);
  const workers = await Promise.all(
    Array.from({ length: threads - 1 }, (_, index) =>
      startWorker({ module, memory, control, part: index + 1, parts: threads }),
    ),
  );
  return new ThreadTeam(words, values, names, workers);
}

function startWorker(start: ThreadStart): Promise<WorkerHandle> {
  const worker = platform.spawnWorker({
    url: new URL(import.meta.url.endsWith(".ts") ? "./thread.ts" : "./thread.js", import.meta.url),
    startInBrowser: () => new Worker(new URL("./thread.js", import.meta.url), { type: "module" }),
  });
  return new Promise((resolve, reject) => {
    worker.onFailure(reject);
    worker.onMessage(() => {
      worker.setBusy(false);
      resolve(worker);
    });
    worker.setBusy(true);
    worker.post(start);
  });
}
