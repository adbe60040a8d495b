/** Rows of the layer table in the order and choice of the reader. */
import type { LayerRow } from "../../../../src/figures/diagnosis/index.ts";

/** By which column. */
export interface Sorting {
  readonly column: number;
  readonly direction: "ascending" | "descending";
}

/** Rows that hold the text, sorted; empty entries come last either way. */
export function sortRows(
  rows: readonly LayerRow[],
  sorting: Sorting | null,
  filter: string,
  onlyFlagged: boolean,
): readonly LayerRow[] {
  const wanted = filter.trim().toLowerCase();
  const left = rows.filter(
    ({ isFlagged, cells }) =>
      (isFlagged || !onlyFlagged) &&
      (wanted === "" ||
        cells.some(({ text, value }) => value === null && text.toLowerCase().includes(wanted))),
  );
  if (sorting === null) return left;
  const { column, direction } = sorting;
  const sign = direction === "ascending" ? 1 : -1;
  const cellOf = (row: LayerRow) => row.cells[column] ?? { text: "", value: null };
  return left.toSorted((a, b) => {
    const [x, y] = [cellOf(a), cellOf(b)];
    if (x.value !== null && y.value !== null) return sign * (x.value - y.value);
    const isEmpty = Number(x.text === "") - Number(y.text === "");
    return isEmpty || sign * x.text.localeCompare(y.text);
  });
}
