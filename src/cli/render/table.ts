/** Tables in plain characters. */

/** Width of a text on a terminal: codes of colour take no room. */
export function visibleWidth(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is matched
  return [...text.replace(/\u001b\[[0-9;]*m/g, "")].length;
}

/**
 * Pads cells so that columns line up, two blanks apart; the last column is not padded.
 *
 * @param rows cells by row
 * @param right indices of columns aligned to the right
 * @example
 * alignColumns([["a", "1"], ["long", "2"]]); // => ["a     1", "long  2"]
 */
export function alignColumns(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, j) => {
      widths[j] = Math.max(widths[j] ?? 0, visibleWidth(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, j) => {
        const padding = " ".repeat((widths[j] as number) - visibleWidth(cell));
        return right.includes(j) ? padding + cell : j === row.length - 1 ? cell : cell + padding;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** A table with a header line; numbers belong in `right` columns. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  return alignColumns([header, ...rows], right).join("\n");
}
