/** Integrals along a way through the weights of area and wall: one run at each node of a Clenshaw-Curtis rule (Num. Math. 2, 1960). */
import { type Estimate, SpecError } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { GravityCouplings } from "./couplings.ts";
import type { GravityWeights } from "./metropolis.ts";
import type { Region } from "./region.ts";
import { analyzeWall, type GravityRun, type GravityRunOptions, recordWall } from "./simulate.ts";

/** Options of an integration. */
export interface IntegrationOptions extends GravityRunOptions {
  /** Intervals of the rule, a multiple of 4; one run for each end. Default 12. */
  readonly intervals?: number;
  /** log C where it is known (`planTransfer`); default: estimated by its own integral. */
  readonly logCount?: Estimate;
}

const DEFAULT_INTERVALS = 12;

/** Runs along a way, and integrals of what they measured. */
export interface Integral {
  readonly runs: readonly GravityRun[];
  of(quantity: (run: GravityRun) => Estimate): { value: number; stderr: number; half: number };
}

/** Runs at the nodes of one rule between each two of `ends`, one region going through all of them. */
export async function integrate(
  region: Region,
  couplings: GravityCouplings,
  ends: readonly number[],
  stream: RandomStream,
  options: IntegrationOptions,
  weightsAt: (at: number) => GravityWeights,
): Promise<Integral> {
  const { intervals = DEFAULT_INTERVALS } = options;
  requireIntervals(intervals);
  const panels = ends.slice(1).map((to, i) => ({ from: ends[i] as number, to }));
  const nodes = panels.flatMap(({ from, to }) =>
    Array.from(
      { length: intervals + 1 },
      (_, k) => from + ((to - from) / 2) * (1 - Math.cos((Math.PI * k) / intervals)),
    ),
  );
  const runs: GravityRun[] = [];
  for (const [k, at] of nodes.entries()) {
    const record = await recordWall(region, weightsAt(at), stream.fork(k), options, {
      stage: `run ${k + 1} of ${nodes.length}`,
    });
    runs.push(analyzeWall(record, couplings, at, region));
  }
  const spread = (rule: readonly number[], step: number): number[] =>
    panels.flatMap(({ from, to }) =>
      Array.from({ length: intervals + 1 }, (_, k) =>
        k % step === 0 ? ((to - from) / 2) * (rule[k / step] as number) : 0,
      ),
    );
  const weights = spread(clenshawCurtis(intervals), 1);
  const halfWeights = spread(clenshawCurtis(intervals / 2), 2);
  return {
    runs,
    of(quantity) {
      const values = runs.map(quantity);
      const sum = (list: readonly number[]): number =>
        list.reduce((total, w, k) => total + w * (values[k] as Estimate).value, 0);
      const stderr = Math.hypot(...values.map((v, k) => (weights[k] as number) * (v.stderr ?? 0)));
      return { value: sum(weights), stderr, half: sum(halfWeights) };
    },
  };
}

function requireIntervals(intervals: number): void {
  if (!Number.isInteger(intervals) || intervals < 4 || intervals % 4 !== 0)
    throw new SpecError(`jt: received ${intervals} intervals, expected a positive multiple of 4`, {
      hint: "12 are enough unless the region collapses on the way",
    });
}

/** Weights of the rule with nodes cos(pi k / n) on [-1, 1], n even. */
export function clenshawCurtis(n: number): number[] {
  return Array.from({ length: n + 1 }, (_, k) => {
    let sum = 0;
    for (let j = 1; j <= Math.floor(n / 2); j++) {
      const factor = 2 * j === n ? 1 : 2;
      sum += (factor * Math.cos((2 * Math.PI * j * k) / n)) / (4 * j * j - 1);
    }
    return ((k === 0 || k === n ? 1 : 2) / n) * (1 - sum);
  });
}
