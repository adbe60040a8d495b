/** WebAssembly features that Node keeps behind a switch. */
import { setFlagsFromString } from "node:v8";

/** Node 20 has relaxed SIMD behind a flag that works at run time, before a module is compiled; later versions have it on. */
export function enableRelaxedSimd(): void {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");
}
