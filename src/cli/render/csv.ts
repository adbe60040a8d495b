/** Comma-separated values after RFC 4180. */
import type { CsvRows } from "../command.ts";

/**
 * Writes rows; numbers keep full precision, null is an empty field, text is quoted where needed.
 *
 * @example
 * renderCsv([["layer", "q"], [1, 0.5]]); // => "layer,q\n1,0.5\n"
 */
export function renderCsv(rows: CsvRows): string {
  return rows.map((row) => `${row.map(field).join(",")}\n`).join("");
}

function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
