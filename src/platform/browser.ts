/** The browser implementation of the platform interface: Blobs, URLs, module workers, onnxruntime-web. */
import { openBrowserSource, readBrowserFile, writeBrowserFile } from "./browser-files.ts";
import type {
  Device,
  LoadedRuntime,
  OnnxRuntime,
  ParentPort,
  Platform,
  WorkerEntry,
  WorkerHandle,
} from "./types.ts";

export { enableRelaxedSimd } from "./browser-wasm.ts";
export * from "./memory-source.ts";
export * from "./types.ts";

/** A web browser: a page or a module worker. */
export const platform: Platform = {
  kind: "browser",
  openSource: openBrowserSource,
  readFile: readBrowserFile,
  writeFile: writeBrowserFile,
  findPackageFile: () => null,
  threadCount: () => navigator.hardwareConcurrency,
  spawnWorker: spawnWebWorker,
  parentPort: webParentPort,
  loadOnnxRuntime: loadWebRuntime,
};

function spawnWebWorker({ startInBrowser }: WorkerEntry): WorkerHandle {
  const worker = startInBrowser();
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (listener) => worker.addEventListener("message", (event) => listener(event.data)),
    onFailure: (listener) =>
      worker.addEventListener("error", (event) =>
        listener(new Error(event.message || "the worker did not load")),
      ),
    setBusy: () => {},
    terminate: async () => worker.terminate(),
  };
}

function webParentPort(): ParentPort {
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  return {
    post: (message, transfer = []) => scope.postMessage(message, [...transfer]),
    onMessage: (listener) => scope.addEventListener("message", (event) => listener(event.data)),
    drain: () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          resolve();
        };
        port2.postMessage(null);
      }),
  };
}

async function loadWebRuntime(device: Device, threads: number): Promise<LoadedRuntime> {
  // the plain WebAssembly build is half the download; the WebGPU one is fetched only when asked for
  const runtime =
    device === "webgpu" ? await import("onnxruntime-web/webgpu") : await import("onnxruntime-web/wasm");
  // threads need shared memory, which browsers grant to cross-origin isolated pages only
  runtime.env.wasm.numThreads = globalThis.crossOriginIsolated ? threads : 1;
  return {
    runtime: runtime as unknown as OnnxRuntime,
    providers: (wanted) => (wanted === "webgpu" ? ["webgpu", "wasm"] : ["wasm"]),
    fillsOutputs: false,
  };
}
