/**
 * What a dropped file of examples holds and what reading it would cost, told before it is read: from its directory for
 * arrays, from its first lines for CSV.
 */
import { FormatError } from "../../../src/base/index.ts";
import { listArrays, readPart, type StoredArray, widthOf } from "./stored.ts";

/** A file of examples that was not read yet. */
export interface DataSummary {
  readonly format: "npy" | "npz" | "safetensors" | "csv" | "other";
  /** Size of the file. */
  readonly bytes: number;
  /** Number of examples; an estimate for CSV (see `isEstimate`), null where the file has to be read to know. */
  readonly examples: number | null;
  readonly isEstimate: boolean;
  /** Shape of one example; null where the file has to be read to know. */
  readonly shape: readonly number[] | null;
  /** Bytes of memory that reading all of it takes, at most. */
  readonly memory: number;
  /** The inputs and the labels among its arrays; null for CSV and others. */
  readonly arrays: { readonly inputs: StoredArray; readonly labels: StoredArray | null } | null;
}

/** Arrays that hold inputs and labels, as `loadDataset` chooses them. */
const INPUT_NAMES = ["x", "x_train", "inputs", "images", "data"];
const LABEL_NAMES = ["y", "y_train", "labels", "targets"];
/** Bytes of a CSV file from which its lines are judged. */
const CSV_HEAD = 1 << 16;
/** A cell of a CSV file as a string, a float64 and a float32, measured in Chromium. */
const CSV_CELL_BYTES = 60;

/**
 * Looks at a file without reading it: at most a few hundred kilobytes, whatever its size.
 *
 * @throws FormatError when its directory is damaged or it holds no examples
 */
export async function inspectData(file: File): Promise<DataSummary> {
  const arrays = await listArrays(file);
  if (arrays !== null) return arraySummary(file, arrays);
  const head = await readPart(file, 0, CSV_HEAD);
  if (head.length === 0)
    throw new FormatError(`${file.name}: is empty`, { hint: "Choose a file with data." });
  if (head.some((byte) => byte === 0) || (head[0] === 0x1f && head[1] === 0x8b)) {
    // IDX, CIFAR, gzip: small formats, read as a whole
    const unknown = { examples: null, isEstimate: false, shape: null, arrays: null } as const;
    return { ...unknown, format: "other", bytes: file.size, memory: 8 * file.size };
  }
  return csvSummary(file, head);
}

function arraySummary(file: File, arrays: readonly StoredArray[]): DataSummary {
  const format = file.name.toLowerCase().endsWith(".safetensors")
    ? "safetensors"
    : arrays.length === 1 && arrays[0]?.name === "array"
      ? "npy"
      : "npz";
  const pick = (names: readonly string[]): StoredArray | undefined =>
    names.flatMap((word) => arrays.filter(({ name }) => name.toLowerCase() === word))[0];
  const inputs = format === "npy" ? arrays[0] : pick(INPUT_NAMES);
  if (inputs === undefined) {
    throw new FormatError(`${file.name}: no array of inputs`, {
      hint: `It holds ${
        arrays
          .map(({ name }) => name)
          .slice(0, 20)
          .join(", ") || "nothing"
      }; name them x and y.`,
    });
  }
  if (inputs.shape.length < 2) {
    throw new FormatError(`${file.name}: inputs of shape [${inputs.shape}], expected [count, values, ...]`, {
      hint: "The first axis counts the examples.",
    });
  }
  const [examples = 0, ...shape] = inputs.shape;
  const values = inputs.shape.reduce((product, size) => product * size, 1);
  return {
    ...{ format, bytes: file.size, examples, isEstimate: false, shape },
    // the file's bytes, the array, and float32 for the engine
    memory: file.size + values * (widthOf(inputs.type) + 4),
    arrays: { inputs, labels: format === "npy" ? null : (pick(LABEL_NAMES) ?? null) },
  };
}

function csvSummary(file: File, head: Uint8Array): DataSummary {
  const text = new TextDecoder().decode(head);
  const lines = text.split(/\r\n|\n|\r/);
  // the last line of the part may be cut
  const whole = (head.length < file.size ? lines.slice(0, -1) : lines).filter((line) => line.trim() !== "");
  const first = whole.at(-1) ?? "";
  const separator = [",", ";", "\t"].find((mark) => first.includes(mark)) ?? ",";
  const cells = first.split(separator).length;
  const lineBytes = whole.reduce((sum, line) => sum + line.length + 1, 0) / Math.max(1, whole.length);
  const examples = head.length < file.size ? Math.round(file.size / lineBytes) : whole.length;
  return {
    ...{ format: "csv", bytes: file.size, examples, isEstimate: true, shape: [cells], arrays: null },
    memory: 2 * file.size + examples * cells * CSV_CELL_BYTES,
  };
}
