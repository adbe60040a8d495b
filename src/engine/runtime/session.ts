/**
 * Running graphs: a session holds a prepared graph in a worker thread, so that the event loop stays free (ONNX
 * Runtime's own `run` blocks it). Inputs may be passed with each run or stay in the worker; outputs may come back or
 * stay there as inputs of the next run.
 */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { Graph } from "../ir.ts";
import { toOnnx } from "../onnx/index.ts";
import { sizeOf } from "../tensor.ts";
import { requireFeeds, requireFit } from "./feeds.ts";
import { buffersOf } from "./host.ts";
import type { DeclaredValue, Descent, Tensors } from "./messages.ts";
import type { Session, SessionOptions } from "./session-types.ts";
import { EngineThread } from "./thread.ts";

/** Where a session lives: its thread and its resident tensors. */
interface Home {
  readonly thread: EngineThread;
  readonly store: number;
}

const homes = new WeakMap<Session, Home>();
let shared: EngineThread | undefined;

/** The thread that sessions outside a pool share; a new one when the last died. */
export function sharedThread(): EngineThread {
  if (shared === undefined || !shared.isAlive) shared = new EngineThread();
  return shared;
}

/**
 * Starts the engine's thread now, so that it is ready (about 0.1 s later) when the first session is created.
 *
 * @example
 * ```ts
 * prepareEngine();
 * ```
 */
export function prepareEngine(): void {
  sharedThread();
}

/**
 * Prepares a graph, or the bytes of an ONNX file, for running. Sessions share one worker thread unless they are made
 * by a pool; two runs on one thread happen one after the other.
 *
 * @throws UnsupportedOpError when ONNX Runtime lacks an operator; FormatError when the bytes are not a model
 *
 * @example
 * ```ts
 * import { GraphBuilder, tensorOf } from "isinglass/engine";
 * const b = new GraphBuilder();
 * const x = b.input("x", "float32", [2]);
 * b.op("Tanh", [x], {}, { outputs: ["y"] }).map((y) => b.output(y));
 * const session = await createSession(b.build());
 * const { y } = await session.run({ x: tensorOf("float32", [2], [0, 1]) });
 * y?.data; // => [0, 0.761594]
 * await session.release();
 * ```
 */
export function createSession(model: Graph | Uint8Array, options: SessionOptions = {}): Promise<Session> {
  return createSessionOn(options.share === undefined ? sharedThread() : undefined, model, options);
}

/** The same on a given thread; a pool chooses it. */
export async function createSessionOn(
  thread: EngineThread | undefined,
  model: Graph | Uint8Array,
  { threads = 1, optimize = "all", device = "cpu", share, signal }: SessionOptions,
): Promise<Session> {
  const sharedHome = share === undefined ? undefined : homeOf(share);
  const on = sharedHome?.thread ?? thread ?? sharedThread();
  const store = sharedHome?.store ?? on.freshNumber();
  const session = on.freshNumber();
  const bytes = model instanceof Uint8Array ? model.slice() : toOnnx(model);
  on.sessions++;
  try {
    const { inputs, outputs } = await on.ask<"create">(
      { kind: "create", session, store, model: bytes, options: { threads, optimize, device } },
      [bytes.buffer as ArrayBuffer],
      signal,
    );
    const created = openSession(on, session, store, inputs, outputs);
    homes.set(created, { thread: on, store });
    return created;
  } catch (error) {
    on.sessions--;
    throw error;
  }
}

function openSession(
  thread: EngineThread,
  session: number,
  store: number,
  inputs: readonly DeclaredValue[],
  outputs: readonly DeclaredValue[],
): Session {
  let isOpen = true;
  const requireOpen = (): void => {
    if (!isOpen) throw new SpecError("this session was released", { hint: "create a new session" });
  };
  return {
    inputs,
    outputs,
    run: async (feeds, { outputs: wanted, keep = {}, from = {}, transfer = false, signal } = {}) => {
      requireOpen();
      requireFeeds("run", inputs, feeds);
      const names = wanted ?? outputs.map(({ name }) => name).filter((name) => !(name in keep));
      requireOutputs(outputs, [...names, ...Object.keys(keep)]);
      const sent = transfer ? feeds : copies(feeds);
      const request = { kind: "run", session, feeds: sent, outputs: names, keep, from } as const;
      return thread.ask<"run">(request, buffersOf(sent), signal);
    },
    bind: async (values, { transfer = false, zeros = {} } = {}) => {
      requireOpen();
      requireFeeds("bind", inputs, values);
      for (const [name, shape] of Object.entries(zeros)) {
        requireFit("bind", inputs, name, { dtype: "float32", shape });
      }
      const sent = transfer ? values : copies(values);
      await thread.ask<"bind">(
        { kind: "bind", store, values: sent, zeros, isPlaced: false },
        buffersOf(sent),
      );
    },
    place: async (values, { transfer = false, zeros = {} } = {}) => {
      requireOpen();
      for (const [name, { dtype, shape, data }] of Object.entries(values)) {
        if (dtype === "float32" && data.length === sizeOf(shape)) continue;
        throw new ShapeError(
          `place: ${name} is ${dtype} [${shape.join(", ")}] with ${data.length} elements, expected float32 and ${sizeOf(shape)}`,
        );
      }
      const sent = transfer ? values : copies(values);
      await thread.ask<"bind">({ kind: "bind", store, values: sent, zeros, isPlaced: true }, buffersOf(sent));
    },
    descend: async (descent) => {
      requireOpen();
      requireDescent(inputs, outputs, descent);
      return thread.ask<"descend">({ kind: "descend", session, descent });
    },
    read: async (names, { take = false } = {}) => {
      requireOpen();
      return thread.ask<"read">({ kind: "read", store, names, isTaken: take });
    },
    forget: async (names) => {
      requireOpen();
      await thread.ask<"forget">({ kind: "forget", store, names });
    },
    release: async () => {
      if (!isOpen) return;
      isOpen = false;
      thread.sessions--;
      if (thread.isAlive) await thread.ask<"release">({ kind: "release", session });
    },
  };
}

function homeOf(session: Session): Home {
  const home = homes.get(session);
  if (home === undefined) throw new Error("internal: a session that was not created here");
  return home;
}

/** One copy, whose buffer then moves to the worker. */
function copies(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, data }]) => [
      name,
      { dtype, shape, data: data.slice() },
    ]),
  );
}

function requireDescent(
  inputs: readonly DeclaredValue[],
  outputs: readonly DeclaredValue[],
  { steps, slices, parameters, rates, epsilons, records }: Descent,
): void {
  const known = new Set(inputs.map(({ name }) => name));
  for (const name of [...Object.keys(slices), ...parameters.map(({ input }) => input)]) {
    if (!known.has(name)) throw new SpecError(`descend: no input ${name}, expected ${[...known].join(", ")}`);
  }
  requireOutputs(outputs, [...parameters.map(({ output }) => output), ...records]);
  if (rates.length === steps && epsilons.length === steps) return;
  throw new SpecError(`descend: ${rates.length} rates and ${epsilons.length} epsilons for ${steps} steps`);
}

function requireOutputs(declared: readonly DeclaredValue[], names: readonly string[]): void {
  if (names.length === 0) {
    throw new SpecError("run: no output is asked for and none is kept", {
      hint: "name one, or drop the run",
    });
  }
  for (const name of names) {
    if (declared.some((output) => output.name === name)) continue;
    throw new SpecError(
      `run: no output ${name}, expected ${declared.map((output) => output.name).join(", ")}`,
    );
  }
}
