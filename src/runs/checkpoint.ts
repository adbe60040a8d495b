/** Checkpoints of a training in files; `data` writes and reads their bytes (npz, so that NumPy reads the arrays). */
import { existsSync } from "node:fs";
import { platform } from "#platform";
import { readCheckpoint as decodeCheckpoint, writeCheckpoint as encodeCheckpoint } from "../data/index.ts";
import type { Checkpoint } from "../engine/index.ts";

/** Writes a checkpoint, replacing an older one in one step. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await platform.writeFile(path, encodeCheckpoint(checkpoint), { overwrite: true });
}

/**
 * Reads a checkpoint.
 *
 * @returns null when there is no such file
 * @throws FormatError when the file is damaged or no checkpoint
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  return existsSync(path) ? decodeCheckpoint(await platform.readFile(path), path) : null;
}
