/**
 * Tables of probabilities for single-spin updates with all couplings 1: what matters to a spin are its own field, of which there are few in
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
  /** Room for two probabilities for each class and sum. */
  readonly tableLength: number;
}

const MOST_CLASSES = 256;
/** Numbers that a table may have. */
const LONGEST_TABLE = 2 ** 16;

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
  const tableLength = 2 * (2 * reach + 1) * found.size;
  if (tableLength > LONGEST_TABLE) return null;
  return { fields: [...found.keys()], kinds, reach, tableLength };
}

/**
 * Probabilities in units of 2^-53, class by class, sums from -reach to reach: to be +1 (heat bath), or of +1 and of -1 to flip
 * (Metropolis).
 */
export function fillThresholds(
  out: BigUint64Array,
  { fields, reach }: FieldClasses,
  isHeatBath: boolean,
  beta: number,
): void {
  let at = 0;
  const put = (p: number): void => {
    // a 53-bit uniform is below p when its digits are below this
    out[at++] = BigInt(Math.ceil(p * 2 ** 53));
  };
  for (const own of fields)
    for (let sum = -reach; sum <= reach; sum++) {
      const field = own + sum;
      if (isHeatBath) put(1 / (1 + Math.exp(-2 * beta * field)));
      else
        for (const spin of [1, -1]) {
          const cost = 2 * spin * field;
          put(cost <= 0 ? 1 : Math.exp(-beta * cost));
        }
    }
}
