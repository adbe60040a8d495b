import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/base/index.ts";
import {
  csvNumbers,
  detectCifar,
  readCifar,
  readCsv,
  readIdx,
  readSafetensors,
  readSafetensorsHeader,
} from "../../src/data/index.ts";
import { memorySource } from "../../src/platform/index.ts";

describe("readIdx", () => {
  const header = (type: number, ...sizes: number[]): number[] => [
    ...[0, 0, type, sizes.length],
    ...sizes.flatMap((size) => [0, 0, size >> 8, size & 255]),
  ];

  it("reads every element type, big-endian", () => {
    const cases: [number, number[], number[]][] = [
      [8, [255], [255]],
      [9, [255], [-1]],
      [11, [0xff, 0xfe], [-2]],
      [12, [0xff, 0xff, 0xff, 0xfd], [-3]],
      [13, [0x3f, 0xc0, 0, 0], [1.5]],
      [14, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0], [1.5]],
    ];
    for (const [type, bytes, values] of cases) {
      const array = readIdx(Uint8Array.from([...header(type, 1), ...bytes]));
      expect(Array.from(array.data as Float64Array)).toEqual(values);
    }
  });

  it("reads gzipped files", () => {
    const plain = Uint8Array.from([...header(8, 2, 2), 1, 2, 3, 4]);
    expect(readIdx(gzipSync(plain))).toEqual({ shape: [2, 2], data: Uint8Array.of(1, 2, 3, 4) });
  });

  it("refuses a cut file at every length, more data than promised, and other files", () => {
    const whole = Uint8Array.from([...header(8, 2, 2), 1, 2, 3, 4]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => readIdx(whole.subarray(0, length), "cut")).toThrow(FormatError);
    }
    expect(() => readIdx(Uint8Array.from([...whole, 5]), "long")).toThrow(
      "long: 5 bytes of data, expected 4 for shape [2,2]",
    );
    expect(() => readIdx(new TextEncoder().encode("x,y\n1,2\n"), "a.csv")).toThrow(
      "a.csv: starts with bytes 78 2c 79 0a, expected an IDX header",
    );
    const damaged = gzipSync(whole);
    damaged.writeUInt32LE(7, damaged.length - 8);
    expect(() => readIdx(damaged, "bad.gz")).toThrow(/bad\.gz: damaged gzip data \(its checksum/);
    expect(() => readIdx(gzipSync(whole).subarray(0, 20), "cut.gz")).toThrow(/cut\.gz: damaged gzip data/);
    const huge = Uint8Array.from([0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255]);
    expect(() => readIdx(huge, "huge")).toThrow(/larger than an array can be/);
  });
});

describe("CSV", () => {
  it("reads header, quotes, separators, byte order mark and Windows line ends", () => {
    expect(readCsv('\uFEFFa;"b;c"\r\n1;2\r\n\r\n')).toEqual({
      header: ["a", "b;c"],
      rows: [["1", "2"]],
      columns: 2,
    });
    expect(readCsv("1\t2\n3\t4").rows).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
    expect(readCsv('"say ""hi""",2\n1,2').header).toEqual(['say "hi"', "2"]);
  });

  it("takes labels by name, index, negative index and usual name", () => {
    const text = "x,label,z\n1,cat,2\n3,dog,4\n";
    for (const options of [{}, { labelColumn: "label" }, { labelColumn: 1 }, { labelColumn: -2 }]) {
      const numbers = csvNumbers(readCsv(text), "t", options);
      expect(Array.from(numbers.data)).toEqual([1, 2, 3, 4]);
      expect(numbers.labels).toEqual(["cat", "dog"]);
    }
  });

  it("says line and column of what is wrong", () => {
    expect(() => readCsv("1,2\n3\n", "t")).toThrow("t: line 2 has 1 cells, expected 2");
    expect(() => readCsv("\n \n", "t")).toThrow("t: no line with data");
    const cells = readCsv("a,b\n1,2\n3,NaN\n");
    expect(() => csvNumbers(cells, "t")).toThrow('t: example 2, column b: "NaN" is not a finite number');
    expect(() => csvNumbers(readCsv("a,b\n1,\n"), "t")).toThrow('column b: "" is not');
    expect(() => csvNumbers(cells, "t", { labelColumn: "c" })).toThrow('t: no label column "c"');
  });
});

describe("CIFAR", () => {
  const record = (labels: number[], fill: number): number[] => [...labels, ...new Array(3072).fill(fill)];

  it("reads labels and channels", () => {
    const bytes = Uint8Array.from([...record([3], 7), ...record([9], 8)]);
    expect(detectCifar(bytes)).toBe("cifar-10");
    const batch = readCifar(bytes, "cifar-10");
    expect(batch.images.shape).toEqual([2, 3, 32, 32]);
    expect(Array.from(batch.labels)).toEqual([3, 9]);
    expect(batch.images.data[3072]).toBe(8);
  });

  it("reads fine and coarse labels of CIFAR-100", () => {
    const bytes = Uint8Array.from([...record([19, 99], 1)]);
    expect(detectCifar(bytes)).toBe("cifar-100");
    const batch = readCifar(bytes, "cifar-100");
    expect([batch.labels[0], batch.coarseLabels?.[0]]).toEqual([99, 19]);
  });

  it("refuses cut files and impossible labels", () => {
    const bytes = Uint8Array.from(record([10], 1));
    expect(() => readCifar(bytes.subarray(1), "cifar-10", "b.bin")).toThrow(
      "b.bin: 3072 bytes, expected a multiple of 3073",
    );
    expect(() => readCifar(bytes, "cifar-10", "b.bin")).toThrow(
      "b.bin: image 0 has label 10, expected 0 to 9",
    );
  });
});

describe("safetensors", () => {
  const fixture = JSON.parse(readFileSync(new URL("../fixtures/data-files.json", import.meta.url), "utf8"));
  const bytes = Uint8Array.from(Buffer.from(fixture.safetensors, "base64"));

  it("reads what the safetensors package wrote", async () => {
    const header = await readSafetensorsHeader(memorySource(bytes));
    expect(header.metadata).toEqual({ format: "pt" });
    const tensors = await readSafetensors(memorySource(bytes));
    expect(tensors.get("layer.weight")).toEqual({
      dtype: "float32",
      shape: [2, 3],
      data: Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1.25),
    });
    expect(tensors.get("layer.bias")).toEqual({
      dtype: "bfloat16",
      shape: [2],
      data: Uint16Array.of(0x3fc0, 0xc000),
    });
    expect(tensors.get("half")).toEqual({ dtype: "float16", shape: [1], data: Uint16Array.of(0x3800) });
    expect(tensors.get("index")?.data).toEqual(BigInt64Array.of(2n ** 40n, -1n));
  });

  it("reads only the bytes of the tensors asked for", async () => {
    const read: number[] = [];
    const source = memorySource(bytes);
    const counted = {
      ...source,
      read: (offset: number, length: number) => {
        read.push(length);
        return source.read(offset, length);
      },
    };
    await readSafetensors(counted, ["half"]);
    expect(read.at(-1)).toBe(2);
    expect(read).toHaveLength(3);
  });

  it("refuses cut files at every length, and missing names", async () => {
    for (let length = 0; length < bytes.length; length += 7) {
      await expect(readSafetensors(memorySource(bytes.subarray(0, length)))).rejects.toThrow(FormatError);
    }
    await expect(readSafetensors(memorySource(bytes), ["nope"])).rejects.toThrow(/no tensor named nope/);
  });
});
