/**
 * A run folder: `manifest.json`, written once, and `results.ndjson`, one line per finished step, only appended to. A run that
 * was killed continues where it stopped; a line that was cut in the middle is dropped and its step done again.
 */
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { platform } from "#platform";
import { FormatError } from "../base/index.ts";
import { checkWritable } from "./files.ts";
import { hashPlan, type JsonValue, RUN_SCHEMA, type RunManifest, type RunPlan } from "./manifest.ts";

/** One line of `results.ndjson`. */
export interface RunRecord {
  readonly step: string;
  readonly result: JsonValue;
}

/** An open run folder. */
export interface RunFolder {
  readonly path: string;
  readonly manifest: RunManifest;
  /** Results of finished steps by label, those of earlier starts included. */
  readonly results: ReadonlyMap<string, JsonValue>;
  /** Appends a result; it is on the disk when the promise resolves. */
  append(record: RunRecord): Promise<void>;
  /** Writes a further file into the folder in one step, replacing an older one. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a run folder: makes it when it is new, continues it when it holds the same plan.
 *
 * @param path the folder
 * @param plan what decides the numbers
 * @param machine facts to note, which do not decide the numbers
 * @throws FormatError when the folder holds another run, is damaged, or cannot be written
 */
export async function openRun(
  path: string,
  plan: RunPlan,
  machine: RunManifest["machine"] = {},
): Promise<RunFolder> {
  const manifest: RunManifest = { schema: RUN_SCHEMA, ...plan, planHash: hashPlan(plan), machine };
  const manifestPath = join(path, "manifest.json");
  const resultsPath = join(path, "results.ndjson");
  if (existsSync(manifestPath)) requireSamePlan(path, manifest);
  else {
    createFolder(path);
    await platform.writeFile(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
  }
  if (!existsSync(resultsPath)) writeFileSync(resultsPath, "");
  const results = readResults(resultsPath, new Set(plan.steps));
  const file: FileHandle = await open(resultsPath, "a");
  return {
    path,
    manifest,
    results,
    append: async (record) => {
      await file.appendFile(`${JSON.stringify(record)}\n`);
      await file.datasync();
      results.set(record.step, record.result);
    },
    write: (name, content) => platform.writeFile(join(path, name), content, { overwrite: true }),
    close: () => file.close(),
  };
}

function createFolder(path: string): void {
  if (existsSync(path)) {
    throw new FormatError(`${path}: exists and is not a run folder (no manifest.json)`, {
      hint: "name a new folder",
      data: { path },
    });
  }
  checkWritable(path);
  mkdirSync(path);
}

function requireSamePlan(path: string, wanted: RunManifest): void {
  let found: Partial<RunManifest>;
  try {
    found = JSON.parse(readFileSync(join(path, "manifest.json"), "utf8")) as Partial<RunManifest>;
  } catch (cause) {
    throw new FormatError(`${path}: manifest.json cannot be read as JSON`, {
      hint: "name a new folder",
      cause,
    });
  }
  if (found.planHash === wanted.planHash) return;
  const changed = describeDifference(found, wanted);
  throw new FormatError(`${path}: holds another run (${changed})`, {
    hint: "give the same options to continue it, or name a new folder",
    data: { path, found: found.options ?? null, wanted: wanted.options },
  });
}

function describeDifference(found: Partial<RunManifest>, wanted: RunManifest): string {
  for (const key of ["schema", "kind", "version", "seed"] as const) {
    if (found[key] !== wanted[key]) return `its ${key} is ${found[key]}, now it is ${wanted[key]}`;
  }
  for (const [key, value] of Object.entries(wanted.options)) {
    const before = JSON.stringify(found.options?.[key]);
    if (before !== JSON.stringify(value))
      return `its ${key} is ${before}, now it is ${JSON.stringify(value)}`;
  }
  return "its steps differ";
}

/** Reads whole lines; what follows the last line break was cut by a kill and is removed from the file. */
function readResults(path: string, known: ReadonlySet<string>): Map<string, JsonValue> {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) truncateSync(path, end);
  const results = new Map<string, JsonValue>();
  const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  lines.forEach((line, index) => {
    let record: RunRecord;
    try {
      record = JSON.parse(line) as RunRecord;
    } catch (cause) {
      throw new FormatError(`${path}: line ${index + 1} is not JSON`, {
        hint: `delete line ${index + 1}; its step is done again`,
        cause,
      });
    }
    if (known.has(record.step)) results.set(record.step, record.result);
  });
  return results;
}
