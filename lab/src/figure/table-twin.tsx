/** The numbers of a figure as a table: what a screen reader reads, and anybody who wants digits. */
import type { JSX } from "preact";
import { formatNumber } from "../../../src/figures/basics/index.ts";
import type { FigureTable } from "../../../src/figures/index.ts";

/** Rows on the page; files have all of them. */
const MOST_ROWS = 200;

/** A cell as text, in the digits of the command line. */
export function cellText(value: string | number | null): string {
  if (value === null) return "";
  return typeof value === "number" ? formatNumber(value) : value;
}

/** Draws a table. */
export function TableTwin({ table, title }: { table: FigureTable; title: string }): JSX.Element {
  const shown = table.rows.slice(0, MOST_ROWS);
  const isNumber = table.columns.map((_, i) => table.rows.some((row) => typeof row[i] === "number"));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
    <section class="twin" tabIndex={0} aria-label={`table of ${title}`}>
      <table>
        <caption>
          {title}
          {table.rows.length > MOST_ROWS &&
            `: the first ${MOST_ROWS} of ${table.rows.length} rows; the CSV file has all`}
        </caption>
        <thead>
          <tr>
            {table.columns.map((column, i) => (
              <th scope="col" class={isNumber[i] ? "number" : undefined} key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, r) => (
            <tr key={r}>
              {row.map((value, i) => (
                <td class={isNumber[i] ? "number" : undefined} key={i}>
                  {cellText(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
