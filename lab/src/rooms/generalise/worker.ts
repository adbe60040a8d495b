/** The Generalise room's worker: keeps the decomposed kernels of the last task, so that width and temperature follow a drag. */
import { loadKernels } from "../../../../src/kernels/index.ts";
import { openSample } from "../../data/samples.ts";
import { giveWay, serveJob } from "../../jobs/worker.ts";
import { type PreparedTask, preparationKey, prepareTask, solveCurve } from "./measure.ts";
import type { CurveAnswer, CurveRequest } from "./types.ts";

/** Share of the sampling before which nobody knows how long it takes. */
const LEAST_SHARE = 0.02;

let prepared: PreparedTask | null = null;
let kernels: ReturnType<typeof loadKernels> | undefined;

serveJob<CurveRequest, CurveAnswer, CurveAnswer>(async (request, { signal, progress, partial }) => {
  kernels ??= loadKernels({ threads: 1 });
  const algebra = await kernels;
  const began = performance.now();
  const work = {
    ...{ algebra, openSample, signal, giveWay, onPartial: partial },
    onProgress: ({ stage, done }: { stage: string; done: number }) => {
      const seconds = (performance.now() - began) / 1000;
      progress({
        ...{ done, total: 1, step: `${stage.charAt(0).toUpperCase()}${stage.slice(1)}` },
        ...(done < LEAST_SHARE ? {} : { remainingSeconds: (seconds * (1 - done)) / done }),
      });
    },
  };
  if (prepared?.key !== preparationKey(request)) {
    prepared = null;
    progress({ done: 0, total: null, step: "Working out the kernels" });
    prepared = await prepareTask(request, work);
  }
  return solveCurve(request, prepared, work);
});
