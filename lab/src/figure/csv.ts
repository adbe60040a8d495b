/** Tables as comma-separated values (RFC 4180), with all digits. */
import type { FigureTable } from "../../../src/figures/index.ts";

/**
 * Writes a table; null is an empty field, text is quoted where needed.
 *
 * @example
 * tableToCsv({ columns: ["layer", "q"], rows: [[1, 0.5]] }); // => "layer,q\n1,0.5\n"
 */
export function tableToCsv({ columns, rows }: FigureTable): string {
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}

function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
