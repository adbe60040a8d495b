/** The Generalise room's worker: keeps the decomposed kernels of the last task, so that width and temperature follow a drag. */
import { loadKernels } from "../../../../src/kernels/index.ts";
import { openSample } from "../../data/samples.ts";
import { giveWay, serveJob } from "../../jobs/worker.ts";
import { type PreparedTask, preparationKey, prepareTask, solveCurve } from "./measure.ts";
import type { CurveAnswer, CurveRequest } from "./types.ts";

let prepared: PreparedTask | null = null;
let kernels: ReturnType<typeof loadKernels> | undefined;

serveJob<CurveRequest, CurveAnswer, CurveAnswer>(async (request, { signal, progress, partial }) => {
  kernels ??= loadKernels({ threads: 1 });
  const algebra = await kernels;
  const began = performance.now();
  const work = {
    ...{ algebra, openSample, signal, giveWay, onPartial: partial },
    onProgress: ({ stage, done, total }: { stage: string; done: number; total: number | null }) => {
      const seconds = (performance.now() - began) / 1000;
      progress({ done, total, step: `${stage}, ${seconds.toFixed(0)} s so far` });
    },
  };
  if (prepared?.key !== preparationKey(request)) {
    prepared = null;
    progress({ done: 0, total: null, step: "Working out the kernels" });
    prepared = await prepareTask(request, work);
  }
  return solveCurve(request, prepared, work);
});
