/** The Flow room's worker: trains cascades on the sample of MNIST or dropped data and reports depth by depth. */

import { openSample } from "../../data/samples.ts";
import { serveJob } from "../../jobs/worker.ts";
import { measureFlow } from "./measure.ts";
import { openData } from "./open.ts";
import type { FlowAnswer, FlowPartial, FlowRequest } from "./types.ts";

/** Lanes of training; each is a worker with a runtime of its own, so more do not help small networks. */
const MOST_THREADS = 4;

serveJob<FlowRequest, FlowPartial, FlowAnswer>(async (request, { signal, progress, partial }) => {
  const step = `Reading ${request.data?.name ?? "the sample of MNIST"}`;
  progress({ done: 0, total: null, step });
  const data = await openData(request, openSample, signal);
  const threads = Math.max(1, Math.min(MOST_THREADS, navigator.hardwareConcurrency - 1));
  let first: { readonly at: number; readonly done: number } | null = null;
  return measureFlow(request, data, {
    ...{ threads, signal, onPartial: partial },
    onProgress: ({ stage, done, total, note }) => {
      if (stage !== "training decoders" || total === null) return;
      // the first run waits for the engine to load, which tells nothing about the others
      first ??= { at: performance.now(), done };
      const seconds = (performance.now() - first.at) / 1000;
      const since = done - first.done;
      progress({
        ...{ done, total, step: `Training decoders: ${note ?? ""}` },
        ...(since === 0 ? {} : { remainingSeconds: (seconds * (total - done)) / since }),
      });
    },
  });
});
