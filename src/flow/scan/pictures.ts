/**
 * What the pictures of a flow need: reconstructions of a few examples from every depth and the spectra of all depths, as
 * named arrays that a run folder keeps as npz and a page receives from its worker.
 */
import { type Dataset, exampleSize, type NumericArray } from "../../data/index.ts";
import type { Reconstruction } from "../cascade/index.ts";
import type { MeasuredProfile } from "./profile.ts";

/** Examples that are shown. */
const SHOWN = 8;

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

/** Keeps the shown examples of a batch as its reconstructions come. */
export interface PictureCollector {
  /** Begins with the examples that will be reconstructed. */
  readonly begin: (batch: Dataset) => void;
  readonly add: (reconstruction: Pick<Reconstruction, "reconstructed">) => void;
  /** What was collected, as named arrays. */
  readonly arrays: (measured: Pick<MeasuredProfile, "curve">) => Record<string, NumericArray>;
  /** The shown examples of the last depth that came, [examples, ...shape]. */
  readonly last: () => Float32Array;
  /** Their classes; null without labels. */
  readonly labels: () => number[] | null;
}

/** Collects the pictures of one draw. */
export function collectShown(): PictureCollector {
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
  const labels = (): number[] | null => {
    const known = (batch as Dataset).labels;
    return known === null ? null : rows.map((row) => known[row] as number);
  };
  return {
    labels,
    begin: (examples) => {
      batch = examples;
      rows = chooseRows(examples);
      columns.push(pick(examples.inputs));
    },
    add: ({ reconstructed }) => {
      columns.push(pick(reconstructed));
    },
    last: () => columns.at(-1) as Float32Array,
    arrays: ({ curve: { spectra } }) => {
      const { shape } = batch as Dataset;
      const pixels = new Float32Array(columns.length * (columns[0]?.length ?? 0));
      columns.forEach((column, i) => {
        pixels.set(column, i * column.length);
      });
      const shown = labels();
      return {
        reconstructions: { shape: [columns.length, rows.length, ...shape], data: pixels },
        ...(shown === null ? {} : { labels: { shape: [rows.length], data: Int32Array.from(shown) } }),
        spectra_forward: stack(padded(spectra.forward)),
        spectra_reconstructed: stack(padded(spectra.reconstructed)),
      };
    },
  };
}

/** The pictures that named arrays hold. */
export function picturesOf(named: ReadonlyMap<string, NumericArray>): FlowPictures {
  const arrays = new Map(named);
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

/** One example of each class as far as they go, then the next ones. */
function chooseRows({ labels, count }: Dataset): number[] {
  const all = Array.from({ length: count }, (_, row) => row);
  const firsts = labels === null ? [] : all.filter((row) => labels.indexOf(labels[row] as never) === row);
  const sorted = labels === null ? [] : firsts.sort((a, b) => (labels[a] as number) - (labels[b] as number));
  return [...new Set([...sorted, ...all])].slice(0, Math.min(SHOWN, count));
}

function stack(parts: readonly Float64Array[]): NumericArray {
  return {
    shape: [parts.length, parts[0]?.length ?? 0],
    data: Float64Array.from(parts.flatMap((part) => [...part])),
  };
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
