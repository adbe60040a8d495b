/** Dropped files of examples: looked at before they are read, read in part where they are large. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, openAsBlob, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSamples } from "../../../lab/build/samples.ts";
import { spread } from "../../../lab/src/data/excerpt.ts";
import { inspectData, openSample, readExcerpt } from "../../../lab/src/data/index.ts";
import { loadDataset, readNpz, writeNpy, writeNpz } from "../../../src/data/index.ts";

const folder = mkdtempSync(join(tmpdir(), "isinglass-dropped-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file on the disk as the browser hands it over: nothing is read before it is asked for. */
async function fileAt(path: string): Promise<File> {
  const blob = await openAsBlob(path);
  return Object.assign(blob, { name: path.split("/").at(-1) as string }) as unknown as File;
}

const asFile = (bytes: Uint8Array | string, name: string) =>
  new File([bytes as Uint8Array<ArrayBuffer>], name);

/** 400 examples of 6 values; value j of example i is 6 i + j, its label i / 100. */
const inputs = { shape: [400, 6], data: Float32Array.from({ length: 2400 }, (_, i) => i) };
const labels = { shape: [400], data: Uint8Array.from({ length: 400 }, (_, i) => Math.floor(i / 100)) };

describe("inspectData", () => {
  it.each([
    ["npy", asFile(writeNpy(inputs), "x.npy")],
    ["npz", asFile(writeNpz({ x: inputs, y: labels }), "x.npz")],
    ["npz", asFile(writeNpz({ x: inputs, y: labels }, { compress: true }), "x.npz")],
  ])("tells shape and memory of %s without reading it", async (format, file) => {
    const summary = await inspectData(file);
    expect(summary).toMatchObject({ format, examples: 400, shape: [6], isEstimate: false, bytes: file.size });
    expect(summary.memory).toBe(file.size + 2400 * 8);
  });

  it("counts short CSV files and judges long ones by their first lines", async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i % 10},0.125,0.250,${(i % 7) / 8}`);
    const short = await inspectData(asFile(`a,b,c,d\n${lines.slice(0, 99).join("\n")}`, "a.csv"));
    expect(short).toMatchObject({ format: "csv", examples: 100, shape: [4] });
    const long = await inspectData(asFile(lines.join("\n"), "b.csv"));
    expect(Math.abs((long.examples as number) - 50_000)).toBeLessThan(1500);
  });

  it("reads a safetensors header", async () => {
    const header = JSON.stringify({
      x: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] },
      y: { dtype: "I64", shape: [2], data_offsets: [24, 40] },
    });
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64LE(BigInt(header.length));
    const file = asFile(Buffer.concat([prefix, Buffer.from(header), Buffer.alloc(40)]), "x.safetensors");
    expect(await inspectData(file)).toMatchObject({ format: "safetensors", examples: 2, shape: [3] });
  });

  it("says what is wrong with files that hold no examples", async () => {
    await expect(inspectData(asFile("", "empty.csv"))).rejects.toThrow("empty.csv: is empty");
    await expect(inspectData(asFile(writeNpz({ weight: inputs }), "w.npz"))).rejects.toMatchObject({
      message: "w.npz: no array of inputs",
      hint: expect.stringContaining("weight"),
    });
    await expect(inspectData(asFile(writeNpy(labels), "y.npy"))).rejects.toThrow("shape [400]");
    const cut = writeNpz({ x: inputs, y: labels });
    await expect(inspectData(asFile(cut.subarray(0, 5000), "cut.npz"))).rejects.toThrow(
      "directory is missing",
    );
  });
});

describe("readExcerpt", () => {
  const wholeBelow = 1000;

  it("hands on a small file as it is", async () => {
    const file = asFile(writeNpy(inputs), "x.npy");
    expect(await readExcerpt(file)).toMatchObject({ file, note: null });
  });

  it.each([false, true])(
    "takes the right rows of inputs and labels (npz, compressed: %s)",
    async (compress) => {
      const file = asFile(writeNpz({ x: inputs, y: labels }, { compress }), "x.npz");
      const { file: part, note } = await readExcerpt(file, { examples: 130, wholeBelow });
      const arrays = readNpz(new Uint8Array(await part.arrayBuffer()));
      const [x, y] = [arrays.get("x"), arrays.get("y")];
      expect(x?.shape).toEqual([130, 6]);
      const rows = Array.from({ length: 130 }, (_, i) => Number(x?.data[6 * i]) / 6);
      for (const [i, row] of rows.entries()) {
        expect(Number(x?.data[6 * i + 5])).toBe(6 * row + 5);
        expect(Number(y?.data[i])).toBe(Math.floor(row / 100));
      }
      expect([rows[0], rows.at(-1)]).toEqual(compress ? [0, 129] : [0, 399]);
      expect(note).toContain(compress ? "the first 130 of 400" : "130 of 400");
      // the library reads it like any other file
      const { train } = await loadDataset(part, { test: 0 });
      expect([train.count, train.classes]).toEqual([130, compress ? 2 : 4]);
    },
  );

  it("takes whole lines of CSV from all over the file, and its header", async () => {
    const lines = Array.from({ length: 9000 }, (_, i) => `${i},${i + 0.5},${i % 3}`);
    const file = asFile(`a,b,label\n${lines.join("\n")}\n`, "big.csv");
    const { file: part } = await readExcerpt(file, { examples: 640, wholeBelow });
    const text = await part.text();
    const kept = text.trim().split("\n");
    expect(kept[0]).toBe("a,b,label");
    const numbers = kept.slice(1).map((line) => Number(line.split(",")[0]));
    for (const [i, line] of kept.slice(1).entries()) expect(line).toBe(lines[numbers[i] as number]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length).toBeGreaterThan(600);
    expect(numbers.at(-1)).toBeGreaterThan(8800);
    const { train } = await loadDataset(part, { test: 0 });
    expect([train.count, train.classes]).toEqual([numbers.length, 3]);
  });

  it("refuses what cannot be read in part, with what to do", async () => {
    const bytes = writeNpy({ shape: [4, 6], data: new Float32Array(24) });
    const text = new TextDecoder("latin1")
      .decode(bytes)
      .replace("'fortran_order': False", "'fortran_order': True ");
    const file = asFile(
      Uint8Array.from(text, (c) => c.charCodeAt(0)),
      "f.npy",
    );
    await expect(readExcerpt(file, { wholeBelow: 10 })).rejects.toMatchObject({
      code: "budget",
      hint: expect.stringContaining("ascontiguousarray"),
    });
  });

  it("spreads runs from the first row to the last without overlap", () => {
    for (const [count, wanted] of [
      [100, 100],
      [1000, 7],
      [12345, 640],
      [65, 64],
    ] as const) {
      const runs = spread(count, wanted);
      let end = 0;
      for (const { start, length } of runs) {
        expect(start).toBeGreaterThanOrEqual(end);
        end = start + length;
      }
      expect(end).toBeLessThanOrEqual(count);
      expect(runs.reduce((sum, { length }) => sum + length, 0)).toBe(wanted);
    }
  });
});

describe("a file of 500 MB", () => {
  const path = join(folder, "large.npy");
  beforeAll(async () => {
    // a sparse file: [159445, 784] float32, all zeros but the first value of every 1000th row
    const head = writeNpy({ shape: [1, 784], data: new Float32Array(784) }).subarray(0, 128);
    const rows = Math.floor(500e6 / 3136);
    const text = new TextDecoder("latin1").decode(head).replace("(1, 784)", `(${rows}, 784)`);
    const header = Buffer.from(`${text.slice(0, 127).trimEnd().padEnd(127)}\n`, "latin1");
    const file = await open(path, "w");
    await file.write(header, 0, 128, 0);
    const mark = Buffer.alloc(4);
    for (let row = 0; row < rows; row += 1000) {
      mark.writeFloatLE(row);
      await file.write(mark, 0, 4, 128 + row * 3136);
    }
    await file.truncate(128 + rows * 3136);
    await file.close();
  });

  it("is looked at and read in part within a second and a few megabytes", async () => {
    const file = await fileAt(path);
    const before = process.memoryUsage().arrayBuffers;
    const started = performance.now();
    const summary = await inspectData(file);
    expect(summary).toMatchObject({ examples: 159438, shape: [784] });
    expect(summary.memory).toBeGreaterThan(1.4e9);
    const { file: part, note } = await readExcerpt(file, { examples: 1000 });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50e6);
    expect(part.size).toBe(128 + 1000 * 3136);
    expect(note).toContain("1000 of 159438");
  });
});

describe("openSample", () => {
  beforeAll(makeSamples);

  it("holds the first images of every digit, as the full set has them", async () => {
    const { train, test } = await openSample();
    expect([train.count, test.count, train.classes]).toEqual([2000, 500, 10]);
    const counts = (values: ArrayLike<number> | null) =>
      Array.from({ length: 10 }, (_, c) => Array.from(values ?? []).filter((value) => value === c).length);
    expect(counts(train.labels)).toEqual(new Array(10).fill(200));
    expect(counts(test.labels)).toEqual(new Array(10).fill(50));
    const whole = await loadDataset("mnist", { test: 0 });
    expect(Array.from(train.inputs.subarray(0, 100 * 784))).toEqual(
      Array.from(whole.train.inputs.subarray(0, 100 * 784)),
    );
    expect(Array.from(train.labels?.subarray(0, 100) ?? [])).toEqual(
      Array.from(whole.train.labels?.subarray(0, 100) ?? []),
    );
  });
});

// numpy is the judge where it is installed
const python = process.env.ISINGLASS_PYTHON;
it.runIf(python !== undefined)("reads archives of numpy", async () => {
  const path = join(folder, "numpy.npz");
  execFileSync(python as string, [
    "-c",
    `import numpy as np; np.savez_compressed(${JSON.stringify(path)}, x=np.arange(60.).reshape(10, 6), y=np.arange(10) % 3)`,
  ]);
  expect(await inspectData(await fileAt(path))).toMatchObject({ format: "npz", examples: 10, shape: [6] });
});
