/** Measures a scan; the numbers at each temperature are those of `isinglass ising --temperatures`. Knows nothing of workers. */
import { createModel, parseLattice, startIsing } from "../../../../../src/lattice/index.ts";
import { giveWay, type JobContext } from "../../../jobs/worker.ts";
import { nameOf } from "../plan.ts";
import type { RunEstimates } from "../simulation/messages.ts";
import { streamOf } from "../simulation/stream.ts";
import type { ScanRequest, ScanResult } from "./messages.ts";

/** Milliseconds of sweeps between two looks at what the page wants. */
const SLICE = 20;

/** Goes through the temperatures; each point is told of at once. */
export async function measureScan(
  request: ScanRequest,
  { signal, progress, partial }: JobContext<ScanResult>,
): Promise<ScanResult> {
  const { model: spec, algorithm, start, seed, thermalization, sweeps, temperatures } = request;
  const { lattice, field } = spec;
  const boundary = lattice.boundary === "wired" ? "wired" : "free";
  const model = createModel(parseLattice(nameOf(lattice)), { boundary, field });
  const each = thermalization + sweeps;
  const total = each * temperatures.length;
  const options = { algorithm, start, thermalization, mostMeasurements: sweeps };
  const points: RunEstimates[] = [];
  const began = performance.now();
  for (const [k, temperature] of temperatures.entries()) {
    const run = await startIsing(model, temperature, streamOf(seed, temperature), options);
    for (let left = each; left > 0; ) {
      const until = performance.now() + SLICE;
      while (left > 0 && performance.now() < until) {
        run.advance(1);
        left--;
      }
      const done = (k + 1) * each - left;
      const remainingSeconds = ((performance.now() - began) / 1000 / done) * (total - done);
      progress({ done, total, step: `Scanning, T = ${temperature}`, remainingSeconds });
      await giveWay();
      signal.throwIfAborted();
    }
    points.push({ measured: run.measured, temperature, estimates: run.estimate() });
    partial({ points: [...points] });
  }
  return { points };
}
