/**
 * Comma-separated numbers: one example a line, an optional header, an optional label column whose entries may be
 * words. Separators: comma, semicolon or tab (the first found in the first line). Quoted cells are read, quoted line
 * breaks are not.
 */
import { FormatError } from "../base/index.ts";

/** A table of text cells with its header. */
export interface CsvTable {
  /** Column names; null when the file has no header line. */
  readonly header: readonly string[] | null;
  readonly rows: ReadonlyArray<readonly string[]>;
  readonly columns: number;
}

/** A table of numbers, and the label column apart. */
export interface CsvNumbers {
  readonly header: readonly string[] | null;
  /** Row-major [rows, columns], without the label column. */
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** The cells of the label column; null when none was asked for. */
  readonly labels: readonly string[] | null;
  /** Index of the label column in the file; null when none was asked for. */
  readonly labelColumn: number | null;
}

const isNumber = (cell: string): boolean => cell !== "" && !Number.isNaN(Number(cell));
const isNumberOrNaN = (cell: string): boolean => isNumber(cell) || /^[+-]?nan$/i.test(cell);

/** Splits one line at `separator`, honouring double quotes. */
function splitLine(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const letter = line[i] as string;
    if (letter === '"' && quoted && line[i + 1] === '"') {
      cell += letter;
      i++;
    } else if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  cells.push(cell.trim());
  return cells;
}

/**
 * Reads a CSV file into cells. The first line is a header when one of its cells is not a number while the cell below
 * it is.
 *
 * @throws FormatError when it is empty or a line has another number of cells than the first
 * @example
 * ```ts
 * readCsv("x,y\n1,2\n").rows; // => [["1", "2"]]
 * ```
 */
export function readCsv(source: Uint8Array | string, where = "CSV data"): CsvTable {
  const text = typeof source === "string" ? source : new TextDecoder().decode(source);
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const first = lines.find((line) => line.trim() !== "") ?? "";
  const separator = [",", ";", "\t"].find((mark) => first.includes(mark)) ?? ",";
  const rows: string[][] = [];
  let columns = 0;
  lines.forEach((line, index) => {
    if (line.trim() === "") return;
    const cells = splitLine(line, separator);
    if (rows.length === 0) columns = cells.length;
    if (cells.length !== columns) {
      throw new FormatError(`${where}: line ${index + 1} has ${cells.length} cells, expected ${columns}`, {
        hint: "Every line needs the same number of cells; quote cells that contain the separator.",
      });
    }
    rows.push(cells);
  });
  if (rows.length === 0) {
    throw new FormatError(`${where}: no line with data`, { hint: "Give one example a line." });
  }
  const [head, below] = rows as [string[], string[] | undefined];
  const hasHeader =
    below !== undefined &&
    head.some((cell, column) => !isNumberOrNaN(cell) && isNumberOrNaN(below[column] as string));
  return { header: hasHeader ? head : null, rows: hasHeader ? rows.slice(1) : rows, columns };
}

/** Options of {@link csvNumbers}. */
export interface CsvOptions {
  /** Label column: its name, its index (negative counts from the end), or null for none. */
  readonly labelColumn?: string | number | null;
}

/** Index of the label column. Without a choice: a column named label, class, target or y; else none. */
function findLabelColumn(
  table: CsvTable,
  choice: string | number | null | undefined,
  where: string,
): number | null {
  if (choice === null) return null;
  if (choice === undefined) {
    const usual = ["label", "class", "target", "y"];
    const index = table.header?.findIndex((name) => usual.includes(name.toLowerCase())) ?? -1;
    return index < 0 ? null : index;
  }
  const named = typeof choice === "string" ? (table.header?.indexOf(choice) ?? -1) : choice;
  const index = typeof choice === "number" && choice < 0 ? table.columns + choice : named;
  if (Number.isInteger(index) && index >= 0 && index < table.columns) return index;
  throw new FormatError(`${where}: no label column ${JSON.stringify(choice)}`, {
    hint:
      table.header === null
        ? `The file has no header; give an index from 0 to ${table.columns - 1}.`
        : `Its columns: ${table.header.slice(0, 20).join(", ")}${table.columns > 20 ? ", ..." : ""}.`,
  });
}

/**
 * The numbers of a CSV table, with the label column apart.
 *
 * @throws FormatError when a cell is not a number (empty cells and NaN included) or the label column is missing
 * @example
 * ```ts
 * const { data, labels } = csvNumbers(readCsv("x,label\n0.5,cat\n0.7,dog\n"));
 * data; // => [0.5, 0.7]
 * labels; // => ["cat", "dog"]
 * ```
 */
export function csvNumbers(table: CsvTable, where = "CSV data", options: CsvOptions = {}): CsvNumbers {
  const labelColumn = findLabelColumn(table, options.labelColumn, where);
  const columns = table.columns - (labelColumn === null ? 0 : 1);
  const data = new Float64Array(table.rows.length * columns);
  let k = 0;
  table.rows.forEach((cells, row) => {
    for (let column = 0; column < cells.length; column++) {
      if (column === labelColumn) continue;
      const cell = cells[column] as string;
      if (!isNumber(cell)) {
        const name = table.header?.[column] ?? String(column);
        throw new FormatError(
          `${where}: example ${row + 1}, column ${name}: ${JSON.stringify(cell)} is not a finite number`,
          { hint: "Fill or remove missing values first; choose a column of words as the label column." },
        );
      }
      data[k++] = Number(cell);
    }
  });
  const labels = labelColumn === null ? null : table.rows.map((cells) => cells[labelColumn] as string);
  return { header: table.header, data, rows: table.rows.length, columns, labels, labelColumn };
}
