/** The assignment of rows to columns with the largest sum, by shortest augmenting paths (Kuhn 1955; Jonker and Volgenant 1987). */

/**
 * Matches every column with a row of its own so that the sum of `gains` is largest; with fewer rows than columns some columns stay
 * free.
 *
 * @param gains - finite numbers, [rows][columns].
 * @returns for every column the row, or null. Cost O(n^3).
 * @example
 * ```ts
 * assignRows([[3, 2], [2, 0]]); // => [1, 0]
 * ```
 */
export function assignRows(gains: readonly (readonly number[])[]): (number | null)[] {
  const rows = gains.length;
  const columns = gains[0]?.length ?? 0;
  const size = Math.max(rows, columns);
  const cost = (i: number, j: number): number => -(gains[i]?.[j] ?? 0);
  // potentials of rows and columns; `rowOf` is 1-based and 0 stands for "free"
  const u = new Float64Array(size + 1);
  const v = new Float64Array(size + 1);
  const rowOf = new Int32Array(size + 1);
  for (let i = 1; i <= size; i++) {
    rowOf[0] = i;
    const least = new Float64Array(size + 1).fill(Number.POSITIVE_INFINITY);
    const before = new Int32Array(size + 1);
    const used = new Uint8Array(size + 1);
    let at = 0;
    while (rowOf[at] !== 0) {
      used[at] = 1;
      const row = rowOf[at] as number;
      let step = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= size; j++) {
        if (used[j] === 1) continue;
        const reduced = cost(row - 1, j - 1) - (u[row] as number) - (v[j] as number);
        if (reduced < (least[j] as number)) {
          least[j] = reduced;
          before[j] = at;
        }
        if ((least[j] as number) < step) {
          step = least[j] as number;
          next = j;
        }
      }
      for (let j = 0; j <= size; j++) {
        if (used[j] === 1) {
          const owner = rowOf[j] as number;
          u[owner] = (u[owner] as number) + step;
          v[j] = (v[j] as number) - step;
        } else least[j] = (least[j] as number) - step;
      }
      at = next;
    }
    for (; at !== 0; at = before[at] as number) rowOf[at] = rowOf[before[at] as number] as number;
  }
  return Array.from({ length: columns }, (_, j) => {
    const row = (rowOf[j + 1] as number) - 1;
    return row < rows ? row : null;
  });
}
