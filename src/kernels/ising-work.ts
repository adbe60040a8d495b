/** How the kernels of graphs are called: what each needs in the memory, and what a new temperature changes there. */

import type { IsingInstance } from "./ising-module.ts";
import { type FieldClasses, fillThresholds } from "./ising-tables.ts";
import type { GraphIsing, GraphIsingOptions, GraphUpdate, IsingGraph } from "./ising-types.ts";

/** Pointers of a graph in the kernel's memory. */
export interface Place {
  readonly instance: IsingInstance;
  readonly spins: number;
  readonly rows: number;
  readonly entries: number;
  readonly count: number;
  readonly J: number;
  readonly g: number;
  readonly sums: number;
  readonly baseEnergy: number;
  readonly baseTotal: number;
}
/** What moves spins. */
export type Work = Pick<GraphIsing, "run" | "setTemperature">;

/** Single-spin sweeps: by a table of flips where `classes` are given, else probability by probability. */
export function localWork(
  { instance, spins, rows, entries, count, J, g, sums }: Place,
  isHeatBath: boolean,
  order: NonNullable<GraphIsingOptions["order"]>,
  classes: FieldClasses | null,
): Work {
  const { wasm, buffer, allocate, copy } = instance;
  const sequence = order === "sequential" ? 0 : order === "random" ? 1 : copy(order);
  if (classes === null) {
    let beta = 0;
    return {
      setTemperature(next) {
        beta = 1 / next;
      },
      run(sweeps) {
        wasm.generalSweeps(
          spins,
          rows,
          entries,
          count,
          J,
          g,
          isHeatBath ? 1 : 0,
          beta,
          sequence,
          sweeps,
          sums,
        );
        return sweeps * count;
      },
    };
  }
  const kinds = copy(classes.kinds);
  const fields = copy(Float64Array.from(classes.fields));
  const table = allocate(8 * classes.tableLength);
  const thresholds = new BigUint64Array(buffer, table, classes.tableLength);
  const { reach } = classes;
  const graph = [spins, rows, entries, count, kinds, fields, reach, table, sequence] as const;
  return {
    setTemperature: (next) => fillThresholds(thresholds, classes, isHeatBath, 1 / next),
    run(sweeps) {
      wasm.tabledSweeps(isHeatBath ? 1 : 0, ...graph, sweeps, sums);
      return sweeps * count;
    },
  };
}

/** Wolff clusters or Swendsen-Wang sweeps. */
export function clusterWork(place: Place, update: GraphUpdate, graph: IsingGraph): Work {
  const { couplings, ghost, torusColumns = 0 } = graph;
  const columns = couplings || ghost ? 0 : torusColumns;
  const { spins, rows, entries, count, J, g, sums, baseEnergy, baseTotal } = place;
  const { wasm, buffer, allocate } = place.instance;
  const thresholds = (strengths: Float64Array | null | undefined): [number, Uint32Array] => {
    if (!strengths) return [0, new Uint32Array(0)];
    const start = allocate(4 * strengths.length);
    return [start, new Uint32Array(buffer, start, strengths.length)];
  };
  const [bonds, bondThresholds] = thresholds(couplings);
  const [ghosts, ghostThresholds] = thresholds(ghost);
  const work = allocate(4 * (count + 1));
  const decisions = allocate(count + 1);
  let threshold = 0;
  return {
    setTemperature(next) {
      threshold = bondThreshold(1, next);
      couplings?.forEach((strength, k) => {
        bondThresholds[k] = bondThreshold(strength, next);
      });
      ghost?.forEach((strength, k) => {
        ghostThresholds[k] = bondThreshold(strength, next);
      });
    },
    run(times) {
      const arrays = [spins, rows, entries, count, J, bonds, threshold, g, ghosts] as const;
      if (update === "wolff") return wasm.wolffClusters(...arrays, times, work, columns, sums);
      wasm.swendsenWangSweeps(...arrays, times, work, decisions, baseEnergy, baseTotal, sums);
      return times * count;
    },
  };
}

/** Probability 1 - exp(-2 |J| / T) in units of 2^-32; the largest number stands for 1. */
function bondThreshold(strength: number, temperature: number): number {
  return Math.min(2 ** 32 - 1, Math.round(-Math.expm1((-2 * Math.abs(strength)) / temperature) * 2 ** 32));
}
