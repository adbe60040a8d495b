/**
 * Worker threads on Node. A worker cannot import TypeScript by itself, so in a source checkout (tests) it starts
 * with the tsx loader and the "source" condition, which maps `#platform` to its TypeScript file.
 */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { parentPort, Worker } from "node:worker_threads";
import type { ParentPort, WorkerEntry, WorkerHandle } from "./types.ts";

/** Starts a worker thread that does not keep the process alive while idle. */
export function spawnNodeWorker({ url }: WorkerEntry): WorkerHandle {
  const worker = url.pathname.endsWith(".ts") ? workerFromSource(url) : new Worker(url);
  worker.unref();
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (listener) => {
      // A port hands over all waiting messages in one go. Each gets a turn of the event loop, or a caller that
      // computes between answers would keep signals (Ctrl-C) and timers waiting.
      worker.on("message", (message) => void setImmediate(listener, message));
      worker.unref(); // listening had made it count again
    },
    onFailure: (listener) => {
      worker.once("error", (error) => {
        worker.removeAllListeners("exit"); // it follows, and says less
        listener(error instanceof Error ? error : new Error(String(error)));
      });
      worker.once("exit", (code) => listener(new Error(`the worker thread stopped with code ${code}`)));
    },
    setBusy: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
    terminate: async () => {
      worker.removeAllListeners();
      await worker.terminate();
    },
  };
}

/** The channel to the parent thread. */
export function nodeParentPort(): ParentPort {
  const port = parentPort;
  if (port === null) throw new Error("internal: parentPort() was called outside a worker thread");
  return {
    post: (message, transfer = []) => port.postMessage(message, [...transfer]),
    onMessage: (listener) => void port.on("message", listener),
    drain: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

/** The loader is registered inside the worker: Node 20 ignores `--import` there. */
function workerFromSource(url: URL): Worker {
  // `require` finds the CommonJS twin, which cannot register itself from here
  const loader = createRequire(import.meta.url)
    .resolve("tsx/esm/api")
    .replace(/\.cjs$/, ".mjs");
  const code = `import { register } from ${JSON.stringify(pathToFileURL(loader).href)};
register();
await import(${JSON.stringify(url.href)});`;
  const start = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  return new Worker(start, { execArgv: ["--conditions", "source"] });
}
