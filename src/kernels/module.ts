/** Compiles the WebAssembly module that this engine can run: relaxed SIMD (fused multiply-add) or plain SIMD. */
import { enableRelaxedSimd } from "#platform";
import { wasmBase64 as relaxed } from "./generated/relaxed.ts";
import { wasmBase64 as plain } from "./generated/simd.ts";

export type SimdKind = "relaxed" | "plain";

/** Relaxed SIMD when the engine has it and `deterministic` is not asked for; plain SIMD rounds alike everywhere. */
export async function compileKernels(
  deterministic: boolean,
): Promise<{ module: WebAssembly.Module; simd: SimdKind }> {
  if (!deterministic) {
    enableRelaxedSimd();
    const bytes = decode(relaxed);
    if (WebAssembly.validate(bytes)) return { module: await WebAssembly.compile(bytes), simd: "relaxed" };
  }
  return { module: await WebAssembly.compile(decode(plain)), simd: "plain" };
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}
