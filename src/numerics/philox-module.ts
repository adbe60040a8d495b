/**
 * Philox blocks by WebAssembly, about ten times faster than the plain loop of `philox.ts` and with the same bits. The
 * module has a kilobyte and is compiled when a stream first fills a long buffer; without vector instructions the plain
 * loop does the work.
 */
import { wasmBase64 } from "./generated/philox.ts";
import { fillPhiloxBlocks } from "./philox.ts";

/** What the module offers; `src/kernels/assembly/philox.ts` says more. */
interface PhiloxExports {
  readonly memory: WebAssembly.Memory;
  wordsAt(): number;
  mostBlocks(): number;
  fillBlocks(
    blocks: number,
    key0: number,
    key1: number,
    counterLow: number,
    counterHigh: number,
    nonce0: number,
    nonce1: number,
  ): void;
}

/** Blocks from which on the module is worth calling. */
const WORTHWHILE = 16;

let fill: typeof fillPhiloxBlocks | undefined;

/** The same as `fillPhiloxBlocks`, by the fastest way that this engine has. */
export const fillBlocksFast: typeof fillPhiloxBlocks = (out, blocks, ...counter) => {
  if (blocks < WORTHWHILE) return fillPhiloxBlocks(out, blocks, ...counter);
  fill ??= openModule() ?? fillPhiloxBlocks;
  fill(out, blocks, ...counter);
};

function openModule(): typeof fillPhiloxBlocks | null {
  const bytes = Uint8Array.from(atob(wasmBase64), (c) => c.charCodeAt(0));
  if (typeof WebAssembly === "undefined" || !WebAssembly.validate(bytes)) return null;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const { memory, wordsAt, mostBlocks, fillBlocks } = exports as unknown as PhiloxExports;
  const most = mostBlocks();
  const words = new Int32Array(memory.buffer, wordsAt(), 4 * most);
  return (out, blocks, key0, key1, counterLow, counterHigh, nonce0, nonce1) => {
    for (let first = 0; first < blocks; first += most) {
      const count = Math.min(most, blocks - first);
      fillBlocks(count, key0, key1, counterLow + first, counterHigh, nonce0, nonce1);
      out.set(count === most ? words : words.subarray(0, 4 * count), 4 * first);
    }
  };
}
