/**
 * A part of a large file of examples as a small file of the same kind, so that the library's readers read it like any
 * other: rows in runs spread evenly over the file where rows can be found (npy, stored npz, safetensors, CSV), its first
 * rows where the file can only be read from its start (compressed npz).
 */
import { zipSync } from "fflate";
import { BudgetError } from "../../../src/base/index.ts";
import { type DataSummary, inspectData } from "./inspect.ts";
import { inflate, readPart, type StoredArray, widthOf } from "./stored.ts";

/** What is read of a file. */
export interface Excerpt {
  /** The file itself, or a smaller one. */
  readonly file: File;
  readonly summary: DataSummary;
  /** What was left out, as a sentence for the provenance; null when nothing was. */
  readonly note: string | null;
}

/** Options of {@link readExcerpt}. */
export interface ExcerptOptions {
  /** Examples that are needed. Default 5000. */
  readonly examples?: number;
  /** Files that take less memory than this are read as a whole. Default 256 MiB. */
  readonly wholeBelow?: number;
  readonly signal?: AbortSignal;
}

const WHOLE_BELOW = 256 * 2 ** 20;
/** Runs of neighbouring rows that an excerpt is made of: a file may be sorted by class. */
const RUNS = 64;

/**
 * Reads what is needed of a file; nothing is read of the rest.
 *
 * @throws BudgetError when a large file cannot be read in part; FormatError when it is damaged
 */
export async function readExcerpt(file: File, options: ExcerptOptions = {}): Promise<Excerpt> {
  const { examples = 5000, wholeBelow = WHOLE_BELOW, signal } = options;
  const summary = await inspectData(file);
  signal?.throwIfAborted();
  if (summary.memory <= wholeBelow) return { file, summary, note: null };
  if (summary.format === "csv") return csvExcerpt(file, summary, examples, signal);
  if (summary.arrays === null || summary.arrays.inputs.fortran) throw tooLarge(file, summary);
  const { inputs, labels } = summary.arrays;
  const count = inputs.shape[0] as number;
  const wanted = Math.min(examples, count);
  const isSequential = inputs.inflatedStart !== null || (labels !== null && labels.inflatedStart !== null);
  const runs = isSequential ? [{ start: 0, length: wanted }] : spread(count, wanted);
  const members: Record<string, Uint8Array> = {};
  for (const [name, array] of [["x", inputs] as const, ["y", labels] as const]) {
    if (array === null) continue;
    members[`${name}.npy`] = await rowsAsNpy(file, array, runs, signal);
  }
  const single = summary.format === "npy";
  const bytes = single ? (members["x.npy"] as Uint8Array) : zipSync(members, { level: 0 });
  return {
    file: new File([bytes as Uint8Array<ArrayBuffer>], file.name),
    summary,
    note: isSequential
      ? `the first ${wanted} of ${count} examples of ${file.name}`
      : `${wanted} of ${count} examples of ${file.name}, in ${runs.length} runs spread over the file`,
  };
}

/** Runs of rows with gaps of equal size between them. */
export function spread(count: number, wanted: number): { readonly start: number; readonly length: number }[] {
  const runs = Math.min(RUNS, wanted);
  return Array.from({ length: runs }, (_, i) => {
    const length = Math.floor(((i + 1) * wanted) / runs) - Math.floor((i * wanted) / runs);
    return {
      start: Math.floor((i * (count - wanted)) / Math.max(1, runs - 1)) + Math.floor((i * wanted) / runs),
      length,
    };
  });
}

async function rowsAsNpy(
  file: File,
  array: StoredArray,
  runs: readonly { readonly start: number; readonly length: number }[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const [, ...shape] = array.shape;
  const rowBytes = shape.reduce((product, size) => product * size, widthOf(array.type));
  const rows = runs.reduce((sum, { length }) => sum + length, 0);
  const header = npyHeader(array.type, [rows, ...shape]);
  const out = new Uint8Array(header.length + rows * rowBytes);
  out.set(header);
  let at = header.length;
  for (const { start, length } of runs) {
    signal?.throwIfAborted();
    const from = array.offset + start * rowBytes;
    const bytes =
      array.inflatedStart === null
        ? await readPart(file, from, from + length * rowBytes)
        : (await inflate(file, array.offset, array.length, array.inflatedStart + length * rowBytes)).subarray(
            array.inflatedStart,
          );
    out.set(bytes, at);
    at += length * rowBytes;
  }
  return out;
}

/** A header of npy version 1. */
function npyHeader(type: string, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const head = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8);
  const out = new Uint8Array(10 + length);
  out.set(head);
  out.set(new TextEncoder().encode(`${dictionary.padEnd(length - 1, " ")}\n`), head.length);
  return out;
}

/** Whole lines from places spread over the file, behind its first line, which may be a header. */
async function csvExcerpt(
  file: File,
  summary: DataSummary,
  examples: number,
  signal: AbortSignal | undefined,
): Promise<Excerpt> {
  const lineBytes = Math.max(1, file.size / Math.max(1, summary.examples ?? 1));
  const perRun = Math.ceil(examples / RUNS);
  const share = file.size / RUNS;
  // a third more, since lines differ in length, and one that is cut at each end
  const runBytes = Math.ceil(Math.min(share, (perRun * 1.34 + 2) * lineBytes));
  const lines: string[] = [];
  for (let i = 0; i < RUNS; i++) {
    signal?.throwIfAborted();
    const start = Math.floor(i * share);
    const text = new TextDecoder().decode(await readPart(file, start, start + runBytes));
    const parts = text.split(/\r\n|\n|\r/);
    const whole = parts.slice(i === 0 ? 0 : 1, -1).filter((line) => line.trim() !== "");
    lines.push(...whole.slice(0, perRun + (i === 0 ? 1 : 0)));
  }
  return {
    file: new File([`${lines.join("\n")}\n`], file.name),
    summary,
    note: `${lines.length} of about ${summary.examples} lines of ${file.name}, in ${RUNS} runs spread over the file`,
  };
}

function tooLarge(file: File, { memory, arrays }: DataSummary): BudgetError {
  const size = `${Math.round(memory / 2 ** 20)} MiB`;
  return new BudgetError(`${file.name}: reading it takes ${size} of memory, and it cannot be read in part`, {
    hint:
      arrays?.inputs.fortran === true
        ? "Save it row by row: numpy.save(file, numpy.ascontiguousarray(array))."
        : "Save a part of it with numpy.savez(file, x=inputs, y=labels).",
    data: { memory },
  });
}
