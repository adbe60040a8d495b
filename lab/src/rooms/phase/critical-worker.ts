/** The critical weight variance at a bias variance, by the library's solver. */
import { resolveActivation } from "../../../../src/networks/activations/index.ts";
import { solveCriticalLine } from "../../../../src/signal/theory/index.ts";
import { serveJob } from "../../jobs/worker.ts";

/** Where on the line. */
export interface CriticalRequest {
  readonly activation: string;
  readonly biasVariance: number;
}

serveJob<CriticalRequest, never, number>(
  ({ activation, biasVariance }) =>
    solveCriticalLine(resolveActivation(activation), biasVariance).sigmaW2.value,
);
