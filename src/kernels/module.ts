/** Compiles the WebAssembly module that this engine can run: relaxed SIMD (fused multiply-add) or plain SIMD. */
import { enableRelaxedSimd } from "#platform";
import { wasmBase64 as relaxed } from "./generated/relaxed.ts";
import { wasmBase64 as plain } from "./generated/simd.ts";

export type SimdKind = "relaxed" | "plain";

interface Compiled {
  readonly module: WebAssembly.Module;
  readonly simd: SimdKind;
}

/** Compiled code is immutable, so it is shared by everything that loads kernels. */
const compiled = new Map<boolean, Promise<Compiled>>();

/** Relaxed SIMD when the engine has it and `deterministic` is not asked for; plain SIMD rounds alike everywhere. */
export function compileKernels(deterministic: boolean): Promise<Compiled> {
  const found = compiled.get(deterministic) ?? compile(deterministic);
  compiled.set(deterministic, found);
  return found;
}

async function compile(deterministic: boolean): Promise<Compiled> {
  if (!deterministic) {
    enableRelaxedSimd();
    const bytes = decodeBase64(relaxed);
    if (WebAssembly.validate(bytes)) return { module: await WebAssembly.compile(bytes), simd: "relaxed" };
  }
  return { module: await WebAssembly.compile(decodeBase64(plain)), simd: "plain" };
}

/** The bytes of a binary that was compiled into a module. */
export function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}
