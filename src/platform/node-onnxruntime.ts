/**
 * ONNX Runtime on Node: the CPU binary that lies in the package. WebGPU is bundled too; CUDA works where its
 * provider library is installed (the package's own install script, which this project does not run).
 */
import { createRequire } from "node:module";
import type { LoadedRuntime, OnnxRuntime } from "./types.ts";

/** Loads the native binding on first use (about 30 ms). */
export async function loadNodeRuntime(): Promise<LoadedRuntime> {
  const runtime = createRequire(import.meta.url)("onnxruntime-node") as OnnxRuntime;
  // failures arrive as errors; ONNX Runtime would also print them
  runtime.env.logLevel = "fatal";
  return {
    runtime,
    providers: (device) => (device === "cpu" ? ["cpu"] : [device, "cpu"]),
    fillsOutputs: true,
  };
}
