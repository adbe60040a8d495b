/** A batch of samples from a file, as one matrix: npy, npz and CSV, in the precision they are stored in. */
import { platform } from "#platform";
import { FormatError } from "../base/index.ts";
import { csvNumbers, isNpy, isZip, type NumericArray, readCsv, readNpy, readNpz } from "../data/index.ts";
import type { SampleBatch } from "../flow/index.ts";

/** Samples as rows, and the shape they had in the file. */
export interface FileBatch {
  readonly batch: SampleBatch;
  readonly shape: readonly number[];
  /** The array inside an npz file; null elsewhere. */
  readonly array: string | null;
}

/**
 * Reads samples; the first axis counts them, all others are flattened.
 *
 * @param array name inside an npz file; without it the file's only array of two axes or more
 * @throws FormatError for a file that holds no such array
 */
export async function readBatchFile(path: string, array: string | undefined): Promise<FileBatch> {
  const bytes = await platform.readFile(path);
  if (isNpy(bytes)) return flatten(readNpy(bytes, path), path, null);
  if (isZip(bytes)) {
    const [name, found] = pick(path, readNpz(bytes, path, array === undefined ? undefined : [array]));
    return flatten(found, `${path}: ${name}`, name);
  }
  if (bytes.includes(0)) {
    throw new FormatError(`${path}: neither npy, npz nor CSV`, {
      hint: "Save the batch with numpy.save(file, array): samples first.",
    });
  }
  const { data, rows, columns } = csvNumbers(readCsv(bytes, path), path);
  return { batch: { rows, cols: columns, data }, shape: [rows, columns], array: null };
}

function pick(path: string, arrays: ReadonlyMap<string, NumericArray>): readonly [string, NumericArray] {
  const batches = [...arrays].filter(([, { shape }]) => shape.length >= 2 || arrays.size === 1);
  const [only] = batches;
  if (only !== undefined && batches.length === 1) return only;
  const names = [...arrays].map(([name, { shape }]) => `${name} [${shape}]`).join(", ");
  throw new FormatError(`${path}: holds ${batches.length} arrays that could be the batch, expected one`, {
    hint: batches.length === 0 ? `It holds ${names || "nothing"}.` : `--array NAME with one of ${names}`,
    data: { arrays: [...arrays.keys()] },
  });
}

function flatten({ shape, data }: NumericArray, where: string, array: string | null): FileBatch {
  const [rows = 0, ...rest] = shape;
  if (shape.length < 2) {
    throw new FormatError(`${where}: shape [${shape}], expected samples as rows, [n, d]`, {
      hint: "The first axis counts the samples; save the batch with two axes or more.",
      data: { shape },
    });
  }
  const cols = rest.reduce((product, size) => product * size, 1);
  const numbers = asFloat(data);
  return { batch: { rows, cols, data: numbers }, shape, array };
}

/** Floats stay what they are, integers become float64. */
function asFloat(data: NumericArray["data"]): Float64Array | Float32Array {
  if (data instanceof Float64Array || data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  return new Float64Array(data);
}
