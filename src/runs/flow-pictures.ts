/**
 * Pictures of a flow in its run folder: kept beside the numbers as npz, so that a run that is continued or finished has
 * them without measuring again.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { platform } from "#platform";
import { type Dataset, type NumericArray, readNpz, writeNpz } from "../data/index.ts";
import { collectShown, type FlowPictures, picturesOf } from "../flow/index.ts";
import type { FlowObserver } from "./flow.ts";

const FILE = "pictures.npz";

/** Collects the pictures of one draw and writes them into its run folder. */
export function collectPictures(
  further: (
    measured: Parameters<FlowObserver["onMeasured"]>[1],
    batch: Dataset,
  ) => Promise<Record<string, NumericArray>>,
): FlowObserver {
  let batch: Dataset | null = null;
  const shown = collectShown();
  return {
    onBatch: (examples) => {
      batch = examples;
      shown.begin(examples);
    },
    onReconstruction: shown.add,
    onMeasured: async (run, measured) => {
      const arrays = { ...shown.arrays(measured), ...(await further(measured, batch as Dataset)) };
      await run.write(FILE, writeNpz(arrays));
    },
  };
}

/** The pictures of a run folder; null when it has none. */
export async function readPictures(path: string): Promise<FlowPictures | null> {
  const file = join(path, FILE);
  if (!existsSync(file)) return null;
  return picturesOf(readNpz(await platform.readFile(file), file));
}
