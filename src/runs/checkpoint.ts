/** Checkpoints as npz files: NumPy reads the arrays, the array `meta` holds the rest as JSON text in bytes. */
import { existsSync } from "node:fs";
import { platform } from "#platform";
import { FormatError } from "../base/index.ts";
import { readNpz, writeNpz } from "../data/index.ts";
import type { Checkpoint, Tensor } from "../engine/index.ts";

const SCHEMA = "isinglass/checkpoint/1";

/** Writes a checkpoint, replacing an older one in one step. */
export async function writeCheckpoint(
  path: string,
  { step, stream, optimizer, arrays }: Checkpoint,
): Promise<void> {
  const meta = new TextEncoder().encode(JSON.stringify({ schema: SCHEMA, step, stream, optimizer }));
  const entries = [...arrays].map(([name, { shape, data }]) => [name, { shape, data: data as Float32Array }]);
  const bytes = writeNpz({ ...Object.fromEntries(entries), meta: { shape: [meta.length], data: meta } });
  await platform.writeFile(path, bytes, { overwrite: true });
}

/**
 * Reads a checkpoint.
 *
 * @returns null when there is no such file
 * @throws FormatError when the file is damaged or no checkpoint
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  if (!existsSync(path)) return null;
  const arrays = readNpz(await platform.readFile(path), path);
  const bytes = arrays.get("meta")?.data;
  let meta: { schema?: unknown } & Omit<Checkpoint, "arrays">;
  try {
    meta = JSON.parse(new TextDecoder().decode(bytes as Uint8Array));
  } catch (cause) {
    throw notACheckpoint(path, cause);
  }
  if (meta.schema !== SCHEMA) throw notACheckpoint(path, null);
  const tensors = [...arrays]
    .filter(([name]) => name !== "meta")
    .map(([name, { shape, data }]) => {
      const dtype = data instanceof Float64Array ? "float64" : "float32";
      return [name, { dtype, shape, data } as Tensor] as const;
    });
  return { step: meta.step, stream: meta.stream, optimizer: meta.optimizer, arrays: new Map(tensors) };
}

function notACheckpoint(path: string, cause: unknown): FormatError {
  return new FormatError(`${path}: is an npz file but no checkpoint of isinglass`, {
    hint: "name a new file, or delete this one",
    cause,
  });
}
