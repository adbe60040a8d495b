/** A run folder as the page shows it: its plan, its results as a table, its figures and its files. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RunManifest, RunRecord } from "../../runs/index.ts";
import { figuresOfRun, type RunFigure } from "./run-figures.ts";

/** A file beside the results. */
export interface RunFile {
  /** Path inside the folder, with forward slashes. */
  readonly name: string;
  readonly bytes: number;
}

/** One run. */
export interface RunView {
  readonly id: string;
  readonly manifest: RunManifest;
  readonly finished: number;
  /** Results as rows: the step, then every number, word or truth value of its result. */
  readonly table: {
    readonly columns: readonly string[];
    readonly rows: readonly (readonly (string | number | null)[])[];
  };
  readonly files: readonly RunFile[];
  /** What could not be shown, and why. */
  readonly notes: readonly string[];
}

/** Rows that are shown; the file holds all. */
const MOST_ROWS = 2000;
/** Files that are listed. */
const MOST_FILES = 500;
/** Folders inside folders that are looked into. */
const DEEPEST = 2;

/** The figures of a run, made apart from the rest because theory's curves take seconds. */
export interface RunFigures {
  readonly figures: readonly RunFigure[];
  /** Why there is none, where there should be. */
  readonly problem: string | null;
}

/** Reads a run. */
export function viewRun(id: string, folder: string, manifest: RunManifest): RunView {
  const { own, damaged } = ownRecords(folder, manifest);
  const notes = damaged === 0 ? [] : [`${damaged} lines of results.ndjson cannot be read and are left out.`];
  if (own.length > MOST_ROWS) notes.push(`The table shows the first ${MOST_ROWS} of ${own.length} results.`);
  const files = listFiles(folder);
  if (files.length === MOST_FILES) notes.push(`The first ${MOST_FILES} files are listed.`);
  return {
    ...{ id, manifest, files, notes },
    finished: own.length,
    table: tableOf(own.slice(0, MOST_ROWS)),
  };
}

/** Makes what the figures of a run are drawn from. */
export async function drawRun(folder: string, manifest: RunManifest): Promise<RunFigures> {
  try {
    return { figures: await figuresOfRun(manifest, ownRecords(folder, manifest).own), problem: null };
  } catch (error) {
    return { figures: [], problem: `No figure: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Results of the run's own steps, the last one of each. */
function ownRecords(folder: string, { steps }: RunManifest): { own: RunRecord[]; damaged: number } {
  const { records, damaged } = readRecords(join(folder, "results.ndjson"));
  const known = new Set(steps);
  const last = new Map(records.filter(({ step }) => known.has(step)).map((one) => [one.step, one]));
  return { own: [...last.values()], damaged };
}

/** Whole lines only: the last one may just be being written. */
function readRecords(path: string): { readonly records: RunRecord[]; readonly damaged: number } {
  if (!existsSync(path)) return { records: [], damaged: 0 };
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  const records: RunRecord[] = [];
  let damaged = 0;
  for (const line of lines) {
    try {
      records.push(JSON.parse(line) as RunRecord);
    } catch {
      damaged += 1;
    }
  }
  return { records, damaged };
}

type Cell = string | number | null;

/** One row per record; lists of numbers stay in the file. */
export function tableOf(records: readonly RunRecord[]): RunView["table"] {
  const rows = records.map(
    ({ step, result }) => new Map<string, Cell>([["step", step], ...scalarsOf(result, "")]),
  );
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  return { columns, rows: rows.map((row) => columns.map((column) => row.get(column) ?? null)) };
}

function scalarsOf(value: unknown, name: string): [string, Cell][] {
  if (value === null || typeof value === "string" || typeof value === "number")
    return [[name || "result", value]];
  if (typeof value === "boolean") return [[name || "result", String(value)]];
  if (Array.isArray(value)) return [];
  return Object.entries(value as object).flatMap(([key, entry]) =>
    scalarsOf(entry, name === "" ? key : `${name}.${key}`),
  );
}

function listFiles(folder: string, prefix = "", depth = 0): RunFile[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .flatMap((entry): RunFile[] => {
      const name = `${prefix}${entry.name}`;
      if (entry.isDirectory()) return depth < DEEPEST ? listFiles(folder, `${name}/`, depth + 1) : [];
      return entry.isFile() ? [{ name, bytes: statSync(join(folder, name)).size }] : [];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, MOST_FILES);
}
