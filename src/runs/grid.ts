/**
 * Networks of many depths and weight variances, trained in a run folder: every cell is a step with a random stream of its
 * own, so a grid that was killed continues with the same numbers, however many cells are in work at the same time.
 */
import type { WorkOptions } from "../base/index.ts";
import { createPool, type Pool } from "../engine/index.ts";
import { executeRun } from "./execute.ts";
import { openRun, type RunFolder } from "./folder.ts";
import type { JsonValue, RunManifest, RunPlan } from "./manifest.ts";

/** Where a cell lies. */
export interface GridPoint {
  readonly depth: number;
  readonly sigmaW2: number;
}

/** How cells are worked off. */
export interface GridOptions extends WorkOptions {
  /** Networks that are trained at the same time. Default: hardware threads. Results do not depend on it. */
  readonly threads?: number;
  readonly machine?: RunManifest["machine"];
}

/** What is done at every point of a grid. */
export interface GridWork<Cell extends GridPoint> {
  /** What progress calls the work. */
  readonly stage: string;
  /** Trains one cell; must depend on the plan and the label only. */
  readonly train: (point: GridPoint, label: string, pool: Pool, signal: AbortSignal) => Promise<Cell>;
  /** The number of a cell that progress shows. */
  readonly describe: (cell: Cell) => string;
  /** Called with all cells before the folder is closed. */
  readonly finish?: (run: RunFolder, cells: readonly Cell[]) => Promise<void>;
}

/** Label of a cell. */
export function cellLabel(depth: number, sigmaW2: number): string {
  return `depth ${depth} sw2 ${sigmaW2}`;
}

/**
 * Trains the grid of `depths` and `sigmaW2`, or continues it.
 *
 * @returns cells depth by depth, weight variances inside
 * @throws InterruptedError when aborted, with what is done kept; FormatError when the folder holds another run
 */
export async function runTrainingGrid<Cell extends GridPoint>(
  path: string,
  plan: Omit<RunPlan, "steps">,
  { depths, sigmaW2 }: { readonly depths: readonly number[]; readonly sigmaW2: readonly number[] },
  { stage, train, describe, finish }: GridWork<Cell>,
  { threads, machine, signal, onProgress }: GridOptions,
): Promise<Cell[]> {
  const points = new Map(
    depths.flatMap((depth) => sigmaW2.map((x) => [cellLabel(depth, x), { depth, sigmaW2: x }])),
  );
  const run = await openRun(path, { ...plan, steps: [...points.keys()] }, machine);
  const pool = createPool(threads);
  try {
    const results = await executeRun(
      run,
      async (label, aborting) => {
        const cell = await train(points.get(label) as GridPoint, label, pool, aborting);
        aborting.throwIfAborted();
        return cell as unknown as JsonValue;
      },
      {
        ...{ stage, parallel: pool.size },
        describe: (label, result) => `${label}: ${describe(result as unknown as Cell)}`,
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : { onProgress }),
      },
    );
    const cells = results as unknown as Cell[];
    await finish?.(run, cells);
    return cells;
  } finally {
    await pool.release();
    await run.close();
  }
}
