/** Numbers that a run writes down sweep after sweep: columns that grow up to a limit. */

/** Columns of equal length. */
export interface Series {
  readonly length: number;
  /** Appends a row; beyond the limit nothing is kept. Values past the last column are ignored. */
  add(...values: readonly number[]): void;
  clear(): void;
  /** A view of a column, valid until the next `add`. */
  column(index: number): Float64Array;
}

const FIRST_CAPACITY = 4096;

/** Makes `width` empty columns. */
export function createSeries(width: number, limit: number): Series {
  let capacity = Math.min(limit, FIRST_CAPACITY);
  let columns = Array.from({ length: width }, () => new Float64Array(capacity));
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(...values) {
      if (length === limit) return;
      if (length === capacity) {
        capacity = Math.min(limit, 2 * capacity);
        columns = columns.map((old) => {
          const wider = new Float64Array(capacity);
          wider.set(old);
          return wider;
        });
      }
      for (let k = 0; k < width; k++) (columns[k] as Float64Array)[length] = values[k] as number;
      length++;
    },
    clear() {
      length = 0;
    },
    column: (index) => (columns[index] as Float64Array).subarray(0, length),
  };
}
