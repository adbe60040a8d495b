/** Checkpoints of a training as npz files: one array per parameter and optimiser array, and one with the rest as JSON. */
import { FormatError } from "../base/index.ts";
import type { Checkpoint, Tensor } from "../engine/index.ts";
import type { NumericArray } from "./array.ts";
import { readNpz, writeNpz } from "./npz.ts";

/** Name of the array that holds the JSON text, as bytes. */
const ABOUT = "isinglass-checkpoint.json";

/** Version of the layout; readers accept this one and older ones. */
const VERSION = 1;

/**
 * Writes a checkpoint; equal checkpoints give equal bytes. NumPy reads the arrays.
 *
 * @example
 * ```ts
 * import { resolveOptimizer, tensorOf } from "isinglass/engine";
 * import { createStream } from "isinglass/numerics";
 *
 * const bytes = writeCheckpoint({
 *   step: 3,
 *   stream: createStream(1).save(),
 *   optimizer: resolveOptimizer({ kind: "sgd" }),
 *   arrays: new Map([["w", tensorOf("float32", [2], [1, 2])]]),
 * });
 * readCheckpoint(bytes).step; // => 3
 * ```
 */
export function writeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { step, stream, optimizer, arrays } = checkpoint;
  const about = new TextEncoder().encode(JSON.stringify({ version: VERSION, step, stream, optimizer }));
  const entries: [string, NumericArray][] = [[ABOUT, { shape: [about.length], data: about }]];
  for (const [name, { shape, data }] of arrays) entries.push([name, { shape, data }]);
  return writeNpz(entries);
}

/**
 * Reads a checkpoint.
 *
 * @throws FormatError when the file is damaged, no checkpoint, or written by a newer version
 */
export function readCheckpoint(bytes: Uint8Array, where = "checkpoint"): Checkpoint {
  const arrays = readNpz(bytes, where);
  const about = arrays.get(ABOUT);
  if (!(about?.data instanceof Uint8Array)) {
    throw new FormatError(`${where}: is an npz file but no checkpoint of isinglass`, {
      hint: "Name a new file, or delete this one.",
    });
  }
  const { version, step, stream, optimizer } = parseAbout(about.data, where);
  if (version > VERSION) {
    throw new FormatError(`${where}: checkpoint version ${version}, this program reads up to ${VERSION}`, {
      hint: "Use the newer isinglass that wrote it.",
    });
  }
  arrays.delete(ABOUT);
  const tensors = [...arrays].map(([name, { shape, data }]): [string, Tensor] => {
    if (data instanceof Float32Array) return [name, { dtype: "float32", shape, data }];
    throw new FormatError(`${where}: array ${name} is not float32`);
  });
  return { step, stream, optimizer, arrays: new Map(tensors) };
}

function parseAbout(bytes: Uint8Array, where: string): Omit<Checkpoint, "arrays"> & { version: number } {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new FormatError(`${where}: damaged description of a checkpoint`, {
      hint: "Use an earlier checkpoint.",
      cause,
    });
  }
}
