/**
 * CIFAR-10 and CIFAR-100 binary files (Krizhevsky 2009): records of one label byte (CIFAR-100: coarse and fine) and
 * 3072 pixel bytes, channel by channel, 32 x 32, row-major.
 */
import { FormatError } from "../base/index.ts";
import type { NumericArray } from "./array.ts";
import { gunzipIfNeeded } from "./bytes.ts";

const PIXELS = 3 * 32 * 32;

/** Which of the two layouts a file has. */
export type CifarKind = "cifar-10" | "cifar-100";

/** Images and labels of one CIFAR file. */
export interface CifarBatch {
  /** uint8, [count, 3, 32, 32]. */
  readonly images: NumericArray;
  /** Class of each image: 0 to 9, or the fine label 0 to 99. */
  readonly labels: Uint8Array;
  /** Coarse label 0 to 19 of each CIFAR-100 image; null for CIFAR-10. */
  readonly coarseLabels: Uint8Array | null;
}

/** The layout whose record length divides the file and whose labels are in range; null when neither. */
export function detectCifar(bytes: Uint8Array): CifarKind | null {
  const fits = (header: number, limits: readonly number[]): boolean => {
    const record = header + PIXELS;
    if (bytes.length === 0 || bytes.length % record !== 0) return false;
    for (let start = 0; start < bytes.length; start += record) {
      if (limits.some((limit, k) => (bytes[start + k] as number) >= limit)) return false;
    }
    return true;
  };
  if (fits(1, [10])) return "cifar-10";
  return fits(2, [20, 100]) ? "cifar-100" : null;
}

/**
 * Reads one binary file of CIFAR-10 (data_batch_1.bin) or CIFAR-100 (train.bin), gzipped or not.
 *
 * @throws FormatError when the length is no multiple of a record or a label is out of range
 * @example
 * ```ts
 * // one black image of class 0
 * readCifar(new Uint8Array(3073), "cifar-10").images.shape; // => [1, 3, 32, 32]
 * ```
 */
export function readCifar(bytes: Uint8Array, kind: CifarKind, where = "CIFAR data"): CifarBatch {
  const content = gunzipIfNeeded(bytes, where);
  const header = kind === "cifar-10" ? 1 : 2;
  const record = header + PIXELS;
  if (content.length === 0 || content.length % record !== 0) {
    throw new FormatError(`${where}: ${content.length} bytes, expected a multiple of ${record} for ${kind}`, {
      hint: "Give a file of the binary version, such as data_batch_1.bin or train.bin, unchanged.",
    });
  }
  const count = content.length / record;
  const pixels = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  const coarse = kind === "cifar-10" ? null : new Uint8Array(count);
  const classes = kind === "cifar-10" ? 10 : 100;
  for (let i = 0; i < count; i++) {
    const start = i * record;
    const label = content[start + header - 1] as number;
    if (label >= classes) {
      throw new FormatError(`${where}: image ${i} has label ${label}, expected 0 to ${classes - 1}`, {
        hint: `The file is not a ${kind} binary.`,
      });
    }
    labels[i] = label;
    if (coarse !== null) coarse[i] = content[start] as number;
    pixels.set(content.subarray(start + header, start + record), i * PIXELS);
  }
  return { images: { shape: [count, 3, 32, 32], data: pixels }, labels, coarseLabels: coarse };
}
