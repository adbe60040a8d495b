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
  const worker = new Worker(url, { execArgv: url.pathname.endsWith(".ts") ? sourceLoader() : [] });
  worker.unref();
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (listener) => {
      worker.on("message", listener);
      worker.unref(); // adding a listener references the worker again
    },
    onFailure: (listener) => {
      worker.on("error", (error) => listener(error instanceof Error ? error : new Error(String(error))));
      worker.on("exit", (code) => {
        if (code !== 0) listener(new Error(`the worker thread stopped with code ${code}`));
      });
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
  };
}

function sourceLoader(): string[] {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  return ["--import", loader, "--conditions", "source"];
}
