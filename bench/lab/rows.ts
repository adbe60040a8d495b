/** Numbers with their targets. */
/** A number with its target; `isMet` says whether it holds. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target: string;
  readonly isMet: boolean;
  /** All repetitions, where there are some. */
  readonly all?: readonly number[];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number;
/** The median of repetitions beside its target. */
export const row = (
  name: string,
  all: readonly number[],
  unit: string,
  target: readonly ["<" | ">=", number],
): Row => {
  const value = median(all);
  const [sign, limit] = target;
  return {
    name,
    value,
    unit,
    target: `${sign} ${limit}`,
    isMet: sign === "<" ? value < limit : value >= limit,
    all,
  };
};
