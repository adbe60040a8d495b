/**
 * Examples from a user's file of any format that is read here: the format is recognised by content, labels are found
 * beside the inputs (CSV column, npz array, IDX twin file), and array axes are brought to [count, channels, h, w].
 */
import { FormatError } from "../base/index.ts";
import { type NumericArray, type NumericData, sizeOf } from "./array.ts";
import { gunzipIfNeeded } from "./bytes.ts";
import { detectCifar, readCifar } from "./cifar.ts";
import { csvNumbers, readCsv } from "./csv.ts";
import { isIdx, readIdx } from "./idx.ts";
import { isNpy, readNpy } from "./npy.ts";
import { isZip, readNpz } from "./npz.ts";
import { pixelScale, type RawExamples } from "./raw.ts";

/** How to read a file. */
export interface ExampleOptions {
  /** CSV: name or index of the label column (negative counts from the end), null for none. */
  readonly labelColumn?: string | number | null;
  /** npz: name of the array of inputs. Default: the first of x, x_train, inputs, images, data that is there. */
  readonly inputsName?: string;
  /** npz: name of the array of labels. Default: the first of y, y_train, labels, targets that is there. */
  readonly labelsName?: string;
}

/** Inputs of one file, and its test part where it has one (npz with x_test). */
export interface FileExamples {
  readonly train: RawExamples;
  readonly test: RawExamples | null;
}

const INPUT_NAMES = ["x", "x_train", "inputs", "images", "data"];
const LABEL_NAMES = ["y", "y_train", "labels", "targets"];

/** Class numbers from an array of labels; the largest label plus one is the number of classes. */
export function readLabels(array: NumericArray, where: string): Int32Array {
  const values = array.data;
  const labels = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!Number.isInteger(value) || value < 0 || value > 2 ** 31 - 1) {
      throw new FormatError(`${where}: label ${i} is ${value}, expected an integer from 0`, {
        hint: "Number the classes 0, 1, 2, ... before saving.",
      });
    }
    labels[i] = value;
  }
  return labels;
}

const classCount = (labels: Int32Array): number =>
  labels.reduce((most, label) => Math.max(most, label + 1), 0);

/** Moves the last axis of [count, h, w, channels] to second place. */
function channelsFirst(array: NumericArray): NumericArray {
  const [count, height, width, channels] = array.shape as [number, number, number, number];
  const source = array.data;
  const data = source.slice() as NumericData;
  const pixels = height * width;
  for (let n = 0; n < count; n++) {
    for (let p = 0; p < pixels; p++) {
      for (let c = 0; c < channels; c++) {
        data[(n * channels + c) * pixels + p] = source[(n * pixels + p) * channels + c] as never;
      }
    }
  }
  return { shape: [count, channels, height, width], data };
}

/** Builds raw examples from an array [count, ...] and optional labels. */
export function examplesFromArrays(
  name: string,
  inputs: NumericArray,
  labelArray: NumericArray | null,
  source: string,
): RawExamples {
  if (inputs.shape.length < 2) {
    throw new FormatError(`${name}: inputs of shape [${inputs.shape}], expected [count, values, ...]`, {
      hint: "The first axis counts the examples.",
    });
  }
  const notes: string[] = [];
  let array = inputs;
  const isImage = (channels: number | undefined) => channels === 1 || channels === 3 || channels === 4;
  if (array.shape.length === 4 && !isImage(array.shape[1]) && isImage(array.shape[3])) {
    array = channelsFirst(array);
    notes.push("channel axis moved from last to first");
  }
  if (array.shape.length === 3)
    array = { ...array, shape: [array.shape[0] as number, 1, ...array.shape.slice(1)] };
  const [count, ...shape] = array.shape as [number, ...number[]];
  const labels = labelArray === null ? null : readLabels(labelArray, `${name}: labels`);
  if (labels !== null && labels.length !== count) {
    throw new FormatError(`${name}: ${labels.length} labels for ${count} examples`, {
      hint: "Inputs and labels must list the same examples in the same order.",
    });
  }
  if (count === 0 || sizeOf(shape) === 0) {
    throw new FormatError(`${name}: no examples (shape [${inputs.shape}])`);
  }
  return {
    name,
    values: array.data,
    labels,
    count,
    shape,
    classes: labels === null ? null : classCount(labels),
    scale: pixelScale(array),
    provenance: [`${name}: ${source}, ${count} examples of shape [${shape}]`, ...notes],
  };
}

function npzExamples(name: string, bytes: Uint8Array, options: ExampleOptions): FileExamples {
  const arrays = readNpz(bytes, name);
  const names = [...arrays.keys()];
  const pick = (choice: string | undefined, usual: readonly string[]): string | undefined => {
    if (choice !== undefined) return choice;
    return usual.flatMap((word) => names.filter((key) => key.toLowerCase() === word))[0];
  };
  const inputsName = pick(options.inputsName, INPUT_NAMES);
  const labelsName = pick(options.labelsName, LABEL_NAMES);
  const find = (key: string | undefined, what: string): NumericArray => {
    const array = key === undefined ? undefined : arrays.get(key);
    if (array !== undefined) return array;
    throw new FormatError(`${name}: no array of ${what}${key === undefined ? "" : ` named ${key}`}`, {
      hint: `It holds ${names.join(", ") || "nothing"}; save with numpy.savez(file, x=inputs, y=labels).`,
    });
  };
  const labels = labelsName === undefined ? null : find(labelsName, "labels");
  const train = examplesFromArrays(name, find(inputsName, "inputs"), labels, `npz array ${inputsName}`);
  const testInputs = inputsName === "x_train" ? arrays.get("x_test") : undefined;
  if (testInputs === undefined) return { train, test: null };
  const testLabels = labels === null ? null : find("y_test", "labels");
  return { train, test: examplesFromArrays(name, testInputs, testLabels, "npz array x_test") };
}

/** Labels of a CSV column: integers from 0 as they are, other words numbered in alphabetical order. */
function wordLabels(cells: readonly string[]): { labels: Int32Array; notes: string[] } {
  if (cells.every((cell) => /^\d+(\.0*)?$/.test(cell))) {
    return { labels: Int32Array.from(cells, Number), notes: [] };
  }
  const words = [...new Set(cells)].sort();
  const place = new Map(words.map((word, index) => [word, index]));
  const list = words.slice(0, 10).map((word, index) => `${word} = ${index}`);
  return {
    labels: Int32Array.from(cells, (cell) => place.get(cell) as number),
    notes: [`class names numbered alphabetically: ${list.join(", ")}${words.length > 10 ? ", ..." : ""}`],
  };
}

function csvExamples(name: string, bytes: Uint8Array, options: ExampleOptions): RawExamples {
  const numbers = csvNumbers(readCsv(bytes, name), name, options);
  const { rows, columns, data, labelColumn } = numbers;
  const named = labelColumn === null ? null : (numbers.header?.[labelColumn] ?? String(labelColumn));
  const { labels, notes } =
    numbers.labels === null ? { labels: null, notes: [] } : wordLabels(numbers.labels);
  const raw = examplesFromArrays(name, { shape: [rows, columns], data }, null, "CSV");
  return {
    ...raw,
    labels,
    classes: labels === null ? null : classCount(labels),
    provenance: [
      ...raw.provenance,
      named === null ? "no label column" : `labels from column ${named}`,
      ...notes,
    ],
  };
}

/**
 * Reads examples from the bytes of a file; the format is recognised by content.
 *
 * @param name - the name shown in errors and in the provenance
 * @param bytes - the whole file: npz, npy, IDX, CIFAR binary or CSV; the last four may be gzipped
 * @param labelBytes - a second file (npy or IDX) that holds the labels; null when there is none
 * @throws FormatError when no format fits or the file is damaged
 */
export function readExamples(
  name: string,
  bytes: Uint8Array,
  labelBytes: Uint8Array | null,
  options: ExampleOptions = {},
): FileExamples {
  if (isZip(bytes)) return npzExamples(name, bytes, options);
  const content = gunzipIfNeeded(bytes, name);
  const alone = (train: RawExamples): FileExamples => ({ train, test: null });
  const labels = labelBytes === null ? null : readArray(`${name}: labels`, labelBytes);
  if (isNpy(content)) return alone(examplesFromArrays(name, readNpy(content, name), labels, "npy array"));
  if (isIdx(content)) return alone(examplesFromArrays(name, readIdx(content, name), labels, "IDX array"));
  const kind = detectCifar(content);
  if (kind !== null) {
    const batch = readCifar(content, kind, name);
    const raw = examplesFromArrays(
      name,
      batch.images,
      { shape: [batch.labels.length], data: batch.labels },
      kind,
    );
    return alone({ ...raw, classes: kind === "cifar-10" ? 10 : 100 });
  }
  if (content.subarray(0, 1000).some((byte) => byte === 0)) {
    throw new FormatError(
      `${name}: none of the formats that can be read (npz, npy, IDX, CIFAR binary, CSV)`,
      {
        hint: "Save the data with numpy.savez(file, x=inputs, y=labels).",
      },
    );
  }
  return alone(csvExamples(name, content, options));
}

/** An npy or IDX array. */
function readArray(name: string, bytes: Uint8Array): NumericArray {
  const content = gunzipIfNeeded(bytes, name);
  return isNpy(content) ? readNpy(content, name) : readIdx(content, name);
}
