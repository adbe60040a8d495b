/** The course of a run in a few hundred points: means over blocks of sweeps, twice as long whenever there are too many. */
import type { Trace } from "./messages.ts";

/** A trace under construction. */
export interface TraceRecorder {
  /** Whether something came since the last `read`. */
  readonly isNew: boolean;
  add(sweep: number, energy: number, magnetization: number): void;
  read(): Trace;
  clear(): void;
}

const MOST_POINTS = 600;

/** An empty trace. */
export function createTrace(): TraceRecorder {
  const columns = [0, 1, 2].map(() => new Float64Array(MOST_POINTS)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let count = 0;
  let block = 1;
  let inBlock = 0;
  let sums: [number, number, number] = [0, 0, 0];
  let isNew = false;
  const halve = (): void => {
    for (const column of columns)
      for (let k = 0; k < MOST_POINTS / 2; k++)
        column[k] = ((column[2 * k] as number) + (column[2 * k + 1] as number)) / 2;
    count = MOST_POINTS / 2;
    block *= 2;
  };
  return {
    get isNew() {
      return isNew;
    },
    add(sweep, energy, magnetization) {
      sums[0] += sweep;
      sums[1] += energy;
      sums[2] += magnetization;
      if (++inBlock < block) return;
      if (count === MOST_POINTS) halve();
      // after halving, blocks are longer: this one waits for its second half
      if (inBlock < block) return;
      columns.forEach((column, k) => {
        column[count] = (sums[k] as number) / inBlock;
      });
      count++;
      inBlock = 0;
      sums = [0, 0, 0];
      isNew = true;
    },
    read() {
      isNew = false;
      const [sweeps, energy, magnetization] = columns.map((column) => column.slice(0, count)) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      return { sweeps, energy, magnetization };
    },
    clear() {
      count = 0;
      block = 1;
      inBlock = 0;
      sums = [0, 0, 0];
      isNew = true;
    },
  };
}
