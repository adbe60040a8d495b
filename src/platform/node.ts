/** The Node implementation of the platform interface. */
import { availableParallelism } from "node:os";
import { openNodeSource, readNodeFile, writeNodeFile } from "./node-files.ts";
import { loadNodeRuntime } from "./node-onnxruntime.ts";
import { findNodePackageFile } from "./node-packages.ts";
import { nodeParentPort, spawnNodeWorker } from "./node-workers.ts";
import type { Platform } from "./types.ts";

export * from "./memory-source.ts";
export { enableRelaxedSimd } from "./node-wasm.ts";
export * from "./types.ts";

/** Node. */
export const platform: Platform = {
  kind: "node",
  openSource: openNodeSource,
  readFile: readNodeFile,
  writeFile: writeNodeFile,
  findPackageFile: findNodePackageFile,
  threadCount: availableParallelism,
  spawnWorker: spawnNodeWorker,
  parentPort: nodeParentPort,
  loadOnnxRuntime: loadNodeRuntime,
};
