/**
 * Tables of flips for single-spin updates with all couplings 1: what matters to a spin are its own field, of which there are few in
 * practice (a uniform field, pinned neighbours), and the sum of its neighbours.
 */

/** Spins by their own field. */
export interface FieldClasses {
  /** Distinct fields. */
  readonly fields: readonly number[];
  /** Index of each spin's field; null where there is one. */
  readonly kinds: Uint8Array | null;
  /** Largest number of neighbours. */
  readonly reach: number;
  /** Numbers in the table: a probability and a cost for each class, sum and sign. */
  readonly tableLength: number;
}

const MOST_CLASSES = 256;
/** Numbers that a table may have. */
const LONGEST_TABLE = 2 ** 17;

/** Sorts spins into classes; null where there are too many, or too many neighbours. */
export function classesOf(offsets: Uint32Array, ghost: Float64Array | null): FieldClasses | null {
  let reach = 0;
  for (let i = 0; i + 1 < offsets.length; i++)
    reach = Math.max(reach, (offsets[i + 1] as number) - (offsets[i] as number));
  const found = new Map<number, number>();
  const kinds = ghost === null ? null : new Uint8Array(ghost.length);
  if (ghost === null || kinds === null) found.set(0, 0);
  else
    for (let i = 0; i < ghost.length; i++) {
      const field = ghost[i] as number;
      let kind = found.get(field);
      if (kind === undefined) {
        if (found.size === MOST_CLASSES) return null;
        kind = found.size;
        found.set(field, kind);
      }
      kinds[i] = kind;
    }
  const tableLength = 4 * (2 * reach + 1) * found.size;
  if (tableLength > LONGEST_TABLE) return null;
  return { fields: [...found.keys()], kinds, reach, tableLength };
}

/** Probabilities and costs of flips: class by class, sums from -reach to reach, sign +1 before -1. */
export function fillFlipTable(
  out: Float64Array,
  { fields, reach }: FieldClasses,
  isHeatBath: boolean,
  beta: number,
): void {
  let at = 0;
  for (const field of fields)
    for (let sum = -reach; sum <= reach; sum++)
      for (const spin of [1, -1]) {
        const cost = 2 * spin * (field + sum);
        const metropolis = cost <= 0 ? 1 : Math.exp(-beta * cost);
        out[at] = isHeatBath ? 1 / (1 + Math.exp(beta * cost)) : metropolis;
        out[at + 1] = cost;
        at += 2;
      }
}
