/**
 * What happens inside the worker thread: sessions of ONNX Runtime by number, and resident tensors that stay here
 * from run to run, so that parameters are not copied back and forth while training.
 */
import type { LoadedRuntime, Platform } from "#platform";
import { type DType, sizeOf, type Tensor, type TensorData } from "../tensor.ts";
import type { Answers, DeclaredValue, ExecutionOptions, Request, Tensors } from "./messages.ts";

type OrtSession = Awaited<ReturnType<LoadedRuntime["runtime"]["InferenceSession"]["create"]>>;
type OrtTensor = InstanceType<LoadedRuntime["runtime"]["Tensor"]>;
type OrtMetadata = OrtSession["inputMetadata"][number];

interface HostedSession {
  readonly session: OrtSession;
  readonly store: Map<string, OrtTensor>;
  readonly Tensor: LoadedRuntime["runtime"]["Tensor"];
}

/** Errors are thrown; ONNX Runtime would print them as well. */
const fatalOnly = 4;

const levels = { none: "disabled", fuse: "extended", all: "all" } as const;

/** Answers requests one after another. */
export class Host {
  readonly #platform: Platform;
  readonly #sessions = new Map<number, HostedSession>();
  readonly #stores = new Map<number, Map<string, OrtTensor>>();
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
        return this.#run(request.session, request.feeds, request.outputs, request.keep, isWanted);
      case "bind":
        return this.#bind(request.store, request.values, request.zeros);
      case "read":
        return this.#read(request.store, request.names);
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
    const { runtime, providers } = await this.#load(options);
    const session = await runtime.InferenceSession.create(model, {
      executionProviders: providers(options.device),
      graphOptimizationLevel: levels[options.optimize],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      logSeverityLevel: fatalOnly,
    });
    this.#sessions.set(id, { session, store: this.#store(store), Tensor: runtime.Tensor });
    if (!(await isWanted())) await this.#release(id);
    return { inputs: declared(session.inputMetadata), outputs: declared(session.outputMetadata) };
  }

  async #load(options: Pick<ExecutionOptions, "device" | "threads">): Promise<LoadedRuntime> {
    const loaded = await this.#platform.loadOnnxRuntime(options.device, options.threads);
    this.#runtime = loaded;
    return loaded;
  }

  async #run(
    id: number,
    feeds: Tensors,
    outputs: readonly string[],
    keep: Readonly<Record<string, string>>,
    isWanted: () => Promise<boolean>,
  ): Promise<Tensors> {
    const { session, store, Tensor } = this.#session(id);
    const inputs: Record<string, OrtTensor> = {};
    for (const name of session.inputNames) {
      const fed = feeds[name];
      const value = fed === undefined ? store.get(name) : toOrt(Tensor, fed);
      if (value === undefined) throw new Error(`Missing Input: ${name}`);
      inputs[name] = value;
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

  async #bind(
    id: number,
    values: Tensors,
    zeros: Extract<Request, { kind: "bind" }>["zeros"],
  ): Promise<null> {
    const { runtime } = this.#runtime ?? (await this.#load({ device: "cpu", threads: 1 }));
    const store = this.#store(id);
    for (const [name, value] of Object.entries(values)) store.set(name, toOrt(runtime.Tensor, value));
    for (const [name, shape] of Object.entries(zeros)) {
      store.set(name, new runtime.Tensor("float32", new Float32Array(sizeOf(shape)), shape));
    }
    return null;
  }

  #read(id: number, names: readonly string[]): Tensors {
    const store = this.#store(id);
    return Object.fromEntries(
      names.map((name) => {
        const value = store.get(name);
        if (value === undefined) throw new Error(`Missing Input: ${name}`);
        return [name, fromOrt(value, true)];
      }),
    );
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

  #store(id: number): Map<string, OrtTensor> {
    const store = this.#stores.get(id) ?? new Map<string, OrtTensor>();
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

function toOrt(Tensor: HostedSession["Tensor"], { dtype, shape, data }: Tensor): OrtTensor {
  return new Tensor(dtype as "float32", data as Float32Array, shape);
}

function fromOrt(tensor: OrtTensor, copy: boolean): Tensor {
  const raw = tensor.data as TensorData;
  // a Float16Array where the engine has one; its bits are what we store
  const data = tensor.type === "float16" ? new Uint16Array(raw.buffer, raw.byteOffset, tensor.size) : raw;
  return { dtype: tensor.type as DType, shape: tensor.dims, data: copy ? data.slice() : data };
}

function declared(metadata: readonly OrtMetadata[]): DeclaredValue[] {
  return metadata.map((value) => {
    if (!value.isTensor) throw new Error(`internal: ${value.name} is not a tensor`);
    return { name: value.name, dtype: value.type as DType, shape: value.shape };
  });
}
