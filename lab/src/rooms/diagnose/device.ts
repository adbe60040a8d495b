/** Where operators run in this browser: WebGPU when it is asked for and there, else WebAssembly, and why. */
import type { AskedDevice } from "./messages.ts";

/** The device that is used. */
export interface ChosenDevice {
  readonly device: AskedDevice;
  readonly threads: number;
  /** One sentence for the method. */
  readonly statement: string;
}

/** More threads than this gain nothing on the operators of a diagnosis. */
const MOST_THREADS = 4;

/** Asks the browser what it has; never throws. */
export async function chooseDevice(asked: AskedDevice): Promise<ChosenDevice> {
  const isShared = globalThis.crossOriginIsolated === true;
  const threads = isShared ? Math.max(1, Math.min(MOST_THREADS, navigator.hardwareConcurrency)) : 1;
  const webAssembly = `WebAssembly, ${threads === 1 ? "1 thread" : `${threads} threads`}${isShared ? "" : " (this page has no shared memory)"}`;
  if (asked === "cpu")
    return { device: "cpu", threads, statement: `Computed in this tab by ${webAssembly}.` };
  const reason = await whyNoWebGpu();
  if (reason === null)
    return {
      device: "webgpu",
      threads,
      statement:
        "Computed in this tab by WebGPU (operators that it lacks by WebAssembly), which rounds in another order: last digits may differ.",
    };
  return withoutWebGpu(reason, threads);
}

/** WebAssembly instead of WebGPU, with the reason. */
export function withoutWebGpu(reason: string, threads: number): ChosenDevice {
  return {
    device: "cpu",
    threads,
    statement: `WebGPU was asked for, but ${reason}; computed in this tab by ${describeWebAssembly(threads)}.`,
  };
}

function describeWebAssembly(threads: number): string {
  const count = threads === 1 ? "1 thread" : `${threads} threads`;
  return `WebAssembly, ${count}${globalThis.crossOriginIsolated ? "" : " (this page has no shared memory)"}`;
}

async function whyNoWebGpu(): Promise<string | null> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu;
  if (gpu === undefined) return "this browser does not have it";
  try {
    return (await gpu.requestAdapter()) === null ? "this machine has no adapter for it" : null;
  } catch (error) {
    return `it does not start here (${error instanceof Error ? error.message : String(error)})`;
  }
}
