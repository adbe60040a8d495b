/**
 * The run folders that the page may read: one that was named, or all that lie in a folder that was named (`runs`).
 * Everything is read again when it is asked for, so a run that is still going on shows how far it is.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { FormatError } from "../../base/index.ts";
import { RUN_SCHEMA, type RunManifest } from "../../runs/index.ts";
import { drawRun, type RunFigures, type RunView, viewRun } from "./run-view.ts";

/** One run in the list. */
export interface RunSummary {
  /** Name of its folder. */
  readonly id: string;
  readonly kind: string;
  /** Steps that are done, of all. */
  readonly finished: number;
  readonly total: number;
  /** Milliseconds since 1970 at which the last result was written. */
  readonly modifiedMs: number;
}

/** The runs that the server shows. */
export interface RunShelf {
  /** Newest first. */
  list(): Promise<RunSummary[]>;
  /** The folder of a run; null when there is none of that name. */
  folderOf(id: string): string | null;
  /** Everything about one run. */
  open(id: string): Promise<RunView>;
  /** Its figures. */
  draw(id: string): Promise<RunFigures>;
}

/** No runs at all. */
export const EMPTY_SHELF: RunShelf = {
  list: async () => [],
  folderOf: () => null,
  open: refuse,
  draw: refuse,
};

async function refuse(id: string): Promise<never> {
  throw new Error(`internal: no run ${id}`);
}

/**
 * Opens a run folder, or a folder of run folders.
 *
 * @throws FormatError when there is no such folder, or no run in it
 */
export function openShelf(path: string): RunShelf {
  const root = resolve(path);
  if (!existsSync(root)) {
    throw new FormatError(`${path}: no such folder`, { hint: "ls runs shows the runs made here" });
  }
  if (!statSync(root).isDirectory()) {
    throw new FormatError(`${path}: is a file, expected the folder of a run`, {
      hint: path.endsWith(".html")
        ? "open a report in the browser itself; it needs no server"
        : "give the folder that --run named, such as runs/trainability-1a2b3c4d",
    });
  }
  const isSingle = existsSync(join(root, "manifest.json"));
  if (isSingle) readManifest(root);
  const folders = (): Map<string, string> =>
    isSingle
      ? new Map([[basename(root), root]])
      : new Map(runsBelow(root).map((name) => [name, join(root, name)]));
  if (folders().size === 0) {
    throw new FormatError(`${path}: is no run folder (no manifest.json), and holds none`, {
      hint: "isinglass trainability ... --run FOLDER makes one; so do flow and tune",
      data: { path: root },
    });
  }
  return {
    list: async () =>
      [...folders()].map(([id, folder]) => summarize(id, folder)).sort((a, b) => b.modifiedMs - a.modifiedMs),
    folderOf: (id) => folders().get(id) ?? null,
    open: async (id) => {
      const folder = folders().get(id) as string;
      return viewRun(id, folder, readManifest(folder));
    },
    draw: async (id) => {
      const folder = folders().get(id) as string;
      return drawRun(folder, readManifest(folder));
    },
  };
}

/** Direct subfolders that hold a manifest which can be read. */
function runsBelow(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .filter((name) => {
      try {
        readManifest(join(root, name));
        return true;
      } catch {
        return false;
      }
    });
}

function summarize(id: string, folder: string): RunSummary {
  const { kind, steps } = readManifest(folder);
  const results = join(folder, "results.ndjson");
  const hasResults = existsSync(results);
  return {
    ...{ id, kind, total: steps.length },
    finished: hasResults ? countLines(readFileSync(results)) : 0,
    modifiedMs: statSync(hasResults ? results : join(folder, "manifest.json")).mtimeMs,
  };
}

function countLines(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
}

function readManifest(folder: string): RunManifest {
  const path = join(folder, "manifest.json");
  let manifest: Partial<RunManifest> | null;
  try {
    manifest = JSON.parse(readFileSync(path, "utf8")) as Partial<RunManifest> | null;
  } catch (cause) {
    throw new FormatError(`${path}: cannot be read as JSON`, {
      hint: "the folder is damaged; name another one",
      cause,
    });
  }
  if (manifest?.schema !== RUN_SCHEMA || !Array.isArray(manifest.steps)) {
    throw new FormatError(`${path}: schema ${JSON.stringify(manifest?.schema)}, expected "${RUN_SCHEMA}"`, {
      hint: "give a folder that isinglass made, with --run or below runs/",
    });
  }
  return manifest as RunManifest;
}
