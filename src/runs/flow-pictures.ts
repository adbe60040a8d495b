/**
 * What the pictures of a flow need: reconstructions of a few examples from every depth and the spectra of all depths, kept
 * beside the numbers of a run as npz, so that a run that is continued or finished has them without measuring again.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { platform } from "#platform";
import { type Dataset, exampleSize, type NumericArray, readNpz, writeNpz } from "../data/index.ts";
import type { FlowObserver } from "./flow.ts";

/** Examples that are shown. */
const SHOWN = 8;
const FILE = "pictures.npz";

/** Reconstructions and spectra of one draw. */
export interface FlowPictures {
  /** Shape of one example. */
  readonly shape: readonly number[];
  /** Classes of the shown examples; null without labels. */
  readonly labels: readonly number[] | null;
  readonly examples: number;
  /** [depth, example, ...shape]; depth 0 is the input. */
  readonly reconstructions: readonly Float32Array[];
  /** Eigenvalues by depth, descending, of sum 1. */
  readonly forward: readonly Float64Array[];
  readonly reconstructed: readonly Float64Array[];
  /** Further pictures by name, each [rows, ...shape]. */
  readonly extra: ReadonlyMap<string, NumericArray>;
}

/** Collects the pictures of one draw and writes them into its run folder. */
export function collectPictures(
  further: (
    measured: Parameters<FlowObserver["onMeasured"]>[1],
    batch: Dataset,
  ) => Promise<Record<string, NumericArray>>,
): FlowObserver {
  let batch: Dataset | null = null;
  let rows: number[] = [];
  const columns: Float32Array[] = [];
  const pick = (values: Float32Array): Float32Array => {
    const size = exampleSize(batch as Dataset);
    const out = new Float32Array(rows.length * size);
    rows.forEach((row, i) => {
      out.set(values.subarray(row * size, (row + 1) * size), i * size);
    });
    return out;
  };
  return {
    onBatch: (examples) => {
      batch = examples;
      rows = chooseRows(examples);
      columns.push(pick(examples.inputs));
    },
    onReconstruction: ({ reconstructed }) => {
      columns.push(pick(reconstructed));
    },
    onMeasured: async (run, measured) => {
      const { shape, labels } = batch as Dataset;
      const { forward, reconstructed } = measured.curve.spectra;
      const stack = (parts: readonly Float64Array[]): NumericArray => ({
        shape: [parts.length, parts[0]?.length ?? 0],
        data: Float64Array.from(parts.flatMap((part) => [...part])),
      });
      const pixels = new Float32Array(columns.length * (columns[0]?.length ?? 0));
      columns.forEach((column, i) => {
        pixels.set(column, i * column.length);
      });
      const arrays: Record<string, NumericArray> = {
        reconstructions: { shape: [columns.length, rows.length, ...shape], data: pixels },
        ...(labels === null
          ? {}
          : {
              labels: { shape: [rows.length], data: Int32Array.from(rows, (row) => labels[row] as number) },
            }),
        spectra_forward: stack(padded(forward)),
        spectra_reconstructed: stack(padded(reconstructed)),
        ...(await further(measured, batch as Dataset)),
      };
      await run.write(FILE, writeNpz(arrays));
    },
  };
}

/** One example of each class as far as they go, then the next ones. */
function chooseRows({ labels, count }: Dataset): number[] {
  const all = Array.from({ length: count }, (_, row) => row);
  const firsts = labels === null ? [] : all.filter((row) => labels.indexOf(labels[row] as never) === row);
  const sorted = labels === null ? [] : firsts.sort((a, b) => (labels[a] as number) - (labels[b] as number));
  return [...new Set([...sorted, ...all])].slice(0, Math.min(SHOWN, count));
}

/** Narrow blocks have fewer eigenvalues: the others are 0. */
function padded(parts: readonly Float64Array[]): Float64Array[] {
  const length = parts.reduce((most, part) => Math.max(most, part.length), 0);
  return parts.map((part) => {
    const out = new Float64Array(length);
    out.set(part);
    return out;
  });
}

/** The pictures of a run folder; null when it has none. */
export async function readPictures(path: string): Promise<FlowPictures | null> {
  const file = join(path, FILE);
  if (!existsSync(file)) return null;
  const arrays = readNpz(await platform.readFile(file), file);
  const take = (name: string): NumericArray => {
    const array = arrays.get(name) as NumericArray;
    arrays.delete(name);
    return array;
  };
  const reconstructions = take("reconstructions");
  const [depths = 0, examples = 0, ...shape] = reconstructions.shape;
  const labels = arrays.has("labels") ? [...(take("labels").data as Int32Array)] : null;
  const rowsOf = ({ shape: [rows = 0, length = 0], data }: NumericArray): Float64Array[] =>
    Array.from({ length: rows }, (_, i) =>
      Float64Array.from(data.subarray(i * length, (i + 1) * length) as Float64Array),
    );
  const size = reconstructions.data.length / Math.max(1, depths);
  return {
    ...{ shape, labels, examples },
    reconstructions: Array.from({ length: depths }, (_, i) =>
      Float32Array.from(reconstructions.data.subarray(i * size, (i + 1) * size) as Float32Array),
    ),
    forward: rowsOf(take("spectra_forward")),
    reconstructed: rowsOf(take("spectra_reconstructed")),
    extra: arrays,
  };
}
