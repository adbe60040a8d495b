/**
 * One door to every dataset: by name (mnist, jets, noise, ...) or from a user's file. The order of the
 * steps is fixed: read, choose classes, split, limit, grayscale, standardise, reshape; each leaves a sentence.
 */
import { platform } from "#platform";
import { FormatError, SpecError } from "../base/index.ts";
import { createStream, type RandomStream } from "../numerics/index.ts";
import { sampleBlobs } from "./blobs.ts";
import { checkDataset, type Dataset, type DatasetParts } from "./dataset.ts";
import { type ExampleOptions, readExamples } from "./examples.ts";
import { readFashionMnist } from "./fashion-mnist.ts";
import { readJets } from "./jets.ts";
import { readMnist, readMnistSample } from "./mnist.ts";
import { gatherExamples, type RawExamples } from "./raw.ts";
import { checkVariance, type StandardizeMode, standardize } from "./standardize.ts";
import { sampleMixture, sampleNoise } from "./synthetic.ts";
import { classNote, classRows, reshapeExamples, splitNote, splitOrder, toGrayscale } from "./transforms.ts";

/** A name, a path, a URL, a browser File or Blob, or bytes. */
export type DatasetLocation = string | URL | Blob | Uint8Array;

/** What to load and what to do with it. */
export interface LoadOptions extends ExampleOptions {
  /** A file (npy or IDX) with the labels; for IDX images the twin ...labels-idx1... is found without it. */
  readonly labels?: DatasetLocation;
  /** At most this many training examples, drawn at random. Default: all (noise, mixture and blobs: 1000). */
  readonly train?: number;
  /** At most this many test examples, drawn at random; 0 for no test part. Default: all there are. */
  readonly test?: number;
  /** Share set aside for the test when the data have no test part of their own. Default 0 (fashion-mnist: 1/7). */
  readonly testFraction?: number;
  /** Classes to keep, renumbered in this order. Default: all. */
  readonly classes?: readonly number[];
  /** Colour images become luminance. Default false. */
  readonly grayscale?: boolean;
  /** Subtract the training mean and divide by the training deviation. Default "none". */
  readonly standardize?: StandardizeMode | "none";
  /** Shape of one example; "flat" for a vector. Default: as stored. */
  readonly shape?: readonly number[] | "flat";
  /** Seed of split, limit, noise, mixture and blobs. Default 0. */
  readonly seed?: number;
}

/** Names that {@link loadDataset} knows. */
export const DATASET_NAMES: readonly string[] = [
  "mnist",
  "mnist-sample",
  "fashion-mnist",
  "jets",
  "jets-images",
  "noise",
  "mixture",
  "blobs",
];

/** Examples drawn for noise, mixture and blobs when no number is given. */
const DEFAULT_SAMPLES = 1000;

interface RawParts {
  readonly train: RawExamples;
  readonly test: RawExamples | null;
  readonly testFraction: number;
}

function fromDataset(dataset: Dataset): RawExamples {
  return { ...dataset, values: dataset.inputs, scale: 1 };
}

/** noise[:SHAPE], mixture[:SHAPE[:CLASSES[:SEPARATION]]] and blobs[:SHAPE[:CLASSES]], sizes joined by x, default 784. */
function sampleNamed(text: string, options: LoadOptions, stream: RandomStream): RawParts {
  const [kind, sizes = "784", classes = "10", separation = "3"] = text.split(":");
  const shape = sizes.split("x").map(Number);
  if (!shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new SpecError(
      `dataset ${text}: shape ${JSON.stringify(sizes)}, expected sizes such as 784 or 1x28x28`,
    );
  }
  const trains = options.train ?? DEFAULT_SAMPLES;
  const tests = options.test ?? Math.round(trains * (options.testFraction ?? 0));
  const draw = (count: number): Dataset => {
    if (kind === "noise") return sampleNoise(count, shape, stream);
    if (kind === "blobs") return sampleBlobs(count, shape, stream, { classes: Number(classes) });
    return sampleMixture(count, shape, stream, { classes: Number(classes), separation: Number(separation) });
  };
  const whole = fromDataset(draw(trains + tests));
  const part = (start: number, count: number): RawExamples =>
    fromDataset(
      gatherExamples(
        whole,
        Uint32Array.from({ length: count }, (_, i) => start + i),
      ),
    );
  return { train: part(0, trains), test: tests === 0 ? null : part(trains, tests), testFraction: 0 };
}

/** The IDX file of labels that belongs to a file of images, by the naming rule of MNIST; null when there is none. */
async function readTwin(location: DatasetLocation): Promise<Uint8Array | null> {
  if (typeof location !== "string" || !/images[.-]idx3/.test(location)) return null;
  try {
    return await platform.readFile(location.replace(/images([.-])idx3/, "labels$1idx1"));
  } catch {
    return null;
  }
}

async function readRaw(
  location: DatasetLocation,
  options: LoadOptions,
  stream: RandomStream,
): Promise<RawParts> {
  const testFraction = options.testFraction ?? 0;
  if (location === "mnist") return { ...(await readMnist(options.test !== 0)), testFraction };
  if (location === "mnist-sample") return { ...(await readMnistSample(options.test !== 0)), testFraction };
  if (location === "jets" || location === "jets-images") {
    return { ...(await readJets(location, options.test !== 0)), testFraction };
  }
  if (location === "fashion-mnist") {
    return { train: await readFashionMnist(), test: null, testFraction: options.testFraction ?? 1 / 7 };
  }
  if (typeof location === "string" && /^(noise|mixture|blobs)(:|$)/.test(location)) {
    return sampleNamed(location, options, stream.fork("samples"));
  }
  const bytes = await readBytes(location);
  const labels =
    options.labels === undefined ? await readTwin(location) : await platform.readFile(options.labels);
  const parts = readExamples(nameOf(location), bytes, labels, options);
  return { ...parts, testFraction };
}

async function readBytes(location: DatasetLocation): Promise<Uint8Array> {
  try {
    return await platform.readFile(location);
  } catch (error) {
    const isWord = typeof location === "string" && /^[\w-]+(:.*)?$/.test(location);
    if (!isWord || !(error instanceof FormatError)) throw error;
    throw new FormatError(`${location}: neither a known dataset nor a file`, {
      hint: `Known: ${DATASET_NAMES.join(", ")}; or give a path to npz, npy, csv, IDX or CIFAR data.`,
      cause: error,
    });
  }
}

function nameOf(location: DatasetLocation): string {
  if (location instanceof Uint8Array) return "data";
  if (location instanceof Blob) return location instanceof File ? location.name : "data";
  return String(location).split(/[\\/]/).at(-1) as string;
}

/** Rows of one part after the class choice and the limit, with the notes that state them. */
function chooseRows(
  raw: RawExamples,
  rows: Uint32Array,
  limit: number | undefined,
  stream: RandomStream,
  notes: readonly string[],
): Dataset {
  if (limit === undefined || limit >= rows.length) return gatherExamples(raw, rows, notes);
  const kept = stream
    .permutation(rows.length)
    .subarray(0, limit)
    .map((place) => rows[place] as number);
  const note = `${limit} of ${rows.length} examples, drawn without replacement, seed ${stream.seed}`;
  return gatherExamples(raw, kept, [...notes, note]);
}

const allRows = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, row) => row);

/** Class choice on stored examples. */
function withClasses(
  raw: RawExamples,
  classes: readonly number[] | undefined,
): { raw: RawExamples; rows: Uint32Array; notes: string[] } {
  if (classes === undefined) return { raw, rows: allRows(raw.count), notes: [] };
  const { rows, renumbered } = classRows(raw.name, raw.labels, classes);
  const labels = new Int32Array(raw.count);
  rows.forEach((row, place) => {
    labels[row] = renumbered[place] as number;
  });
  return { raw: { ...raw, labels, classes: classes.length }, rows, notes: [classNote(classes)] };
}

/** Splits and limits; the parts are float32 from here on. */
function chooseParts(parts: RawParts, options: LoadOptions, stream: RandomStream): DatasetParts {
  const { raw, rows, notes } = withClasses(parts.train, options.classes);
  const trainStream = stream.fork("train");
  const testStream = stream.fork("test");
  if (options.test === 0)
    return { train: chooseRows(raw, rows, options.train, trainStream, notes), test: null };
  if (parts.test !== null) {
    const own = withClasses(parts.test, options.classes);
    return {
      train: chooseRows(raw, rows, options.train, trainStream, notes),
      test: chooseRows(own.raw, own.rows, options.test, testStream, own.notes),
    };
  }
  if ((options.test ?? 0) >= rows.length) {
    throw new SpecError(
      `${raw.name}: ${options.test} test examples asked for, the data have ${rows.length}`,
      {
        hint: "Leave at least one example for the training.",
      },
    );
  }
  const wanted = (options.test ?? 0) / rows.length;
  const fraction = parts.testFraction > 0 ? parts.testFraction : wanted;
  if (fraction === 0) return { train: chooseRows(raw, rows, options.train, trainStream, notes), test: null };
  const order = splitOrder(raw.name, rows.length, fraction, stream.fork("split"));
  const stated = [...notes, splitNote(order.test.length, rows.length, stream.seed)];
  const pick = (places: Uint32Array): Uint32Array => places.map((place) => rows[place] as number);
  return {
    train: chooseRows(raw, pick(order.train), options.train, trainStream, [...stated, "training part"]),
    test: chooseRows(raw, pick(order.test), options.test, testStream, [...stated, "test part"]),
  };
}

function requireCount(value: number | undefined, least: number, what: string): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  throw new SpecError(`${what}: received ${value}, expected an integer from ${least}`);
}

/**
 * Loads a dataset and prepares it; everything done is stated in `provenance` of each part.
 *
 * @param location - "mnist", "mnist-sample" (that of the lab), "fashion-mnist", "jets", "jets-images", "noise:1x28x28", "mixture:784:10:3", "blobs:1x14x14", or a file: npz, npy, CSV, IDX or a
 *   CIFAR binary, by path, URL, browser File or bytes
 * @returns training part and test part (null when there is none)
 * @throws FormatError when a file is missing, damaged, holds NaN or infinite values, has no labels where they are
 *   needed, or has zero variance; SpecError for a wrong option
 * Cost: O(examples kept); all of MNIST takes about a second and 240 MB.
 * @example
 * ```ts
 * const { train, test } = await loadDataset("mnist", { train: 1000, test: 200, standardize: "global" });
 * [train.count, test?.count]; // => [1000, 200]
 * train.shape; // => [1, 28, 28]
 * ```
 */
export async function loadDataset(
  location: DatasetLocation,
  options: LoadOptions = {},
): Promise<DatasetParts> {
  requireCount(options.train, 1, "number of training examples");
  requireCount(options.test, 0, "number of test examples");
  const stream = createStream(options.seed ?? 0).fork("data");
  const parts = chooseParts(await readRaw(location, options, stream), options, stream);
  let train = checkDataset(parts.train);
  let test = parts.test === null ? null : checkDataset(parts.test);
  checkVariance(train);
  const apply = (step: (dataset: Dataset) => Dataset): void => {
    train = step(train);
    test = test === null ? null : step(test);
  };
  if (options.grayscale === true) apply(toGrayscale);
  const mode = options.standardize ?? "none";
  if (mode !== "none") ({ train, test } = standardize(train, test, mode));
  if (options.shape === "flat") apply((dataset) => reshapeExamples(dataset));
  else if (options.shape !== undefined) {
    const shape = options.shape;
    apply((dataset) => reshapeExamples(dataset, shape));
  }
  return { train, test };
}
