/**
 * Kernel matrices of wide dense networks, panel by panel of some hundred rows: inner products by the fastest product for these inputs,
 * then all layers in one pass over the panel on all threads, then copies into the results and their mirror images. Which
 * numbers a layer consists of says the caller; the arithmetic is in assembly/wide.ts.
 */
import type { Core } from "./core.ts";
import type { GemmProvider } from "./gemm-provider.ts";
import type { OffloadQueue } from "./offload.ts";
import { createPositions, type OpenPositions } from "./positions.ts";
import { BLOCK_COLUMNS, PANEL_ROWS, strideOf, type WideJob } from "./wide-job.ts";
import { openProduct } from "./wide-product.ts";
import { WideRun } from "./wide-run.ts";

/** Kernel matrices on the threads of `loadKernels`. */
export interface WideKernels {
  /** Fills the results of a job. */
  run(job: WideJob): void;
  /**
   * The same with a turn of the event loop after every panel, and with inner products by `provider` unless it is null; in
   * float32 when `isSingle` and the provider can.
   */
  runAsync(job: WideJob, provider: GemmProvider | null, isSingle: boolean): Promise<void>;
  /** Covariances between positions of images, for networks of convolutions. */
  readonly positions: OpenPositions;
  /** Bytes of WebAssembly memory that a job of this size needs. */
  workBytes(rows: number, columns: number, features: number, factors: number): number;
}

export function createWideKernels(core: Core, queue: OffloadQueue): WideKernels {
  return {
    run(job) {
      const top = core.enter();
      try {
        const product = openProduct(core, job, null, false);
        const run = new WideRun(core, job);
        for (let start = 0; start < job.rows.rows; start += PANEL_ROWS) {
          run.begin(start);
          for (const from of run.blocks(start)) {
            const part = run.part(start, from);
            // without a provider a product is done at once
            void product(part);
            run.finish(part);
          }
          job.onRows?.(Math.min(start + PANEL_ROWS, job.rows.rows));
        }
        run.end();
      } finally {
        core.leave(top);
      }
    },
    runAsync: (job, provider, isSingle) =>
      queue.exclusive(async () => {
        const top = core.enter();
        try {
          const product = openProduct(core, job, provider, isSingle);
          const run = new WideRun(core, job);
          for (let start = 0; start < job.rows.rows; start += PANEL_ROWS) {
            run.begin(start);
            for (const from of run.blocks(start)) {
              const part = run.part(start, from);
              const promise = product(part);
              if (promise !== undefined) await promise;
              run.finish(part);
            }
            job.onRows?.(Math.min(start + PANEL_ROWS, job.rows.rows));
            await turn();
          }
          run.end();
        } finally {
          core.leave(top);
        }
      }),
    positions: createPositions(core),
    workBytes: (rows, columns, features, factors) => {
      const block = Math.min(rows, PANEL_ROWS) * strideOf(Math.min(columns, BLOCK_COLUMNS));
      // at most the inputs themselves, or deviations with their places and one side packed, which is less
      return 8 * (4 * block + (rows + columns) * (features + factors));
    },
  };
}

/** Lets timers and messages through. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
