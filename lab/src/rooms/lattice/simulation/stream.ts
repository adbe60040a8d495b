/** Random numbers of runs and scans. */
import { createStream, type RandomStream } from "../../../../../src/numerics/index.ts";

/** The stream of a run; the command line draws from the same one. */
export function streamOf(seed: number, temperature: number): RandomStream {
  return createStream(seed).fork("ising").fork(String(temperature));
}
