/**
 * What happens inside the worker thread: sessions of ONNX Runtime by number, and resident tensors that stay here
 * from run to run, so that parameters are not copied back and forth while training.
 */
import type { LoadedRuntime, Platform } from "#platform";
import type { DType } from "../tensor.ts";
import { descend } from "./descent.ts";
import type { Answers, DeclaredValue, Descent, ExecutionOptions, Request, Tensors } from "./messages.ts";
import { fromOrt, type OrtTensor, type OrtTensorClass, Store, toOrt } from "./store.ts";

type OrtSession = Awaited<ReturnType<LoadedRuntime["runtime"]["InferenceSession"]["create"]>>;
type OrtMetadata = OrtSession["inputMetadata"][number];

interface HostedSession {
  readonly session: OrtSession;
  readonly store: Store;
  readonly Tensor: OrtTensorClass;
  /** Whether results are written into tensors that are passed as outputs. */
  readonly fillsOutputs: boolean;
}

/** Errors are thrown; ONNX Runtime would print them as well. */
const fatalOnly = 4 as const;

const levels = { none: "disabled", fuse: "extended", all: "all" } as const;

/** Answers requests one after another. */
export class Host {
  readonly #platform: Platform;
  readonly #sessions = new Map<number, HostedSession>();
  readonly #stores = new Map<number, Store>();
  /** Bound before the first session of a store exists. */
  #runtime: LoadedRuntime | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async answer(request: Request, isWanted: () => Promise<boolean>): Promise<Answers[keyof Answers]> {
    switch (request.kind) {
      case "create":
        return this.#create(request.session, request.store, request.model, request.options, isWanted);
      case "run":
        return this.#run(request, isWanted);
      case "bind":
        return this.#bind(request);
      case "descend":
        return this.#descend(request.session, request.descent);
      case "read": {
        const store = this.#store(request.store);
        return request.isTaken ? store.take(request.names) : store.read(request.names);
      }
      case "forget":
        this.#store(request.store).forget(request.names);
        return null;
      case "release":
        return this.#release(request.session);
    }
  }

  async #create(
    id: number,
    store: number,
    model: Uint8Array,
    options: ExecutionOptions,
    isWanted: () => Promise<boolean>,
  ): Promise<Answers["create"]> {
    const { runtime, providers, fillsOutputs } = await this.#load(options);
    const session = await runtime.InferenceSession.create(model, {
      executionProviders: providers(options.device),
      graphOptimizationLevel: levels[options.optimize],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      logSeverityLevel: fatalOnly,
    });
    this.#sessions.set(id, { session, store: this.#store(store), Tensor: runtime.Tensor, fillsOutputs });
    if (!(await isWanted())) await this.#release(id);
    return { inputs: declared(session.inputMetadata), outputs: declared(session.outputMetadata) };
  }

  async #load(options: Pick<ExecutionOptions, "device" | "threads">): Promise<LoadedRuntime> {
    const loaded = await this.#platform.loadOnnxRuntime(options.device, options.threads);
    this.#runtime = loaded;
    return loaded;
  }

  async #run(
    { session: id, feeds, outputs, keep, from }: Extract<Request, { kind: "run" }>,
    isWanted: () => Promise<boolean>,
  ): Promise<Tensors> {
    const { session, store, Tensor } = this.#session(id);
    const inputs: Record<string, OrtTensor> = {};
    for (const name of session.inputNames) {
      const fed = feeds[name];
      inputs[name] = fed === undefined ? store.require(from[name] ?? name) : toOrt(Tensor, fed);
    }
    const kept = Object.keys(keep);
    const results = await session.run(inputs, [...new Set([...outputs, ...kept])], {
      logSeverityLevel: fatalOnly,
    });
    // an abandoned run leaves the resident tensors as they were
    if (kept.length > 0 && (await isWanted())) {
      for (const name of kept) store.set(keep[name] as string, results[name] as OrtTensor);
    }
    // what stays here and goes out too is copied, since sending moves the buffer
    return Object.fromEntries(
      outputs.map((name) => [name, fromOrt(results[name] as OrtTensor, kept.includes(name))]),
    );
  }

  async #bind({
    store,
    values,
    zeros,
    isPlaced,
  }: Extract<Request, { kind: "bind" }>): Promise<Answers["bind"]> {
    const { runtime } = this.#runtime ?? (await this.#load({ device: "cpu", threads: 1 }));
    const into = this.#store(store);
    if (isPlaced) into.place(runtime.Tensor, values, zeros);
    else into.bind(runtime.Tensor, values, zeros);
    return null;
  }

  #descend(id: number, descent: Descent): Promise<Tensors> {
    const { session, store, Tensor, fillsOutputs } = this.#session(id);
    const options = { logSeverityLevel: fatalOnly };
    const run = async (
      feeds: Readonly<Record<string, OrtTensor>>,
      outputs: Readonly<Record<string, OrtTensor>>,
    ): Promise<void> => {
      if (fillsOutputs) return void (await session.run(feeds, outputs, options));
      const results = await session.run(feeds, Object.keys(outputs), options);
      for (const [name, output] of Object.entries(outputs)) {
        (output.data as Float32Array).set(results[name]?.data as Float32Array);
      }
    };
    return descend({ inputNames: session.inputNames, run }, store, Tensor, descent);
  }

  async #release(id: number): Promise<null> {
    const hosted = this.#sessions.get(id);
    this.#sessions.delete(id);
    await hosted?.session.release();
    const isShared = [...this.#sessions.values()].some(({ store }) => store === hosted?.store);
    if (!isShared)
      for (const [key, store] of this.#stores) if (store === hosted?.store) this.#stores.delete(key);
    return null;
  }

  #store(id: number): Store {
    const store = this.#stores.get(id) ?? new Store();
    this.#stores.set(id, store);
    return store;
  }

  #session(id: number): HostedSession {
    const hosted = this.#sessions.get(id);
    if (hosted === undefined) throw new Error(`internal: session ${id} is unknown or was released`);
    return hosted;
  }
}

/** The buffers of an answer, which move to the other thread instead of being copied. */
export function buffersOf(tensors: Tensors): ArrayBuffer[] {
  return [...new Set(Object.values(tensors).map(({ data }) => data.buffer as ArrayBuffer))];
}

function declared(metadata: readonly OrtMetadata[]): DeclaredValue[] {
  return metadata.map((value) => {
    if (!value.isTensor) throw new Error(`internal: ${value.name} is not a tensor`);
    return { name: value.name, dtype: value.type as DType, shape: value.shape };
  });
}
