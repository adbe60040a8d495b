import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/base/index.ts";
import { readNpy, readNpz, writeNpy, writeNpz } from "../../src/data/index.ts";

const fixture = JSON.parse(readFileSync(new URL("../fixtures/data-files.json", import.meta.url), "utf8"));
const decode = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"));

describe("readNpy", () => {
  for (const { name, npy, shape, values } of fixture.npy) {
    it(`reads what NumPy wrote: ${name}`, () => {
      const array = readNpy(decode(npy), name);
      expect(array.shape).toEqual(shape);
      expect(Array.from(array.data as Float64Array, Number)).toEqual(values.map(Number));
    });
  }

  it("keeps 64-bit integers exact", () => {
    const big = 2n ** 63n - 1n;
    const array = readNpy(writeNpy({ shape: [1], data: BigInt64Array.of(big) }));
    expect(array.data[0]).toBe(big);
  });

  for (const { name, npy } of fixture.refused) {
    it(`refuses ${name} arrays and says what to do`, () => {
      expect(() => readNpy(decode(npy), "a.npy")).toThrow(FormatError);
      expect(() => readNpy(decode(npy), "a.npy")).toThrow(
        /a\.npy: npy header .* is not an array of plain numbers/,
      );
    });
  }

  it("says how many bytes are missing from a truncated file, at every length", () => {
    const whole = writeNpy({ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
    for (let length = 0; length < whole.length; length++) {
      expect(() => readNpy(whole.subarray(0, length), "cut.npy")).toThrow(FormatError);
    }
    expect(() => readNpy(whole.subarray(0, whole.length - 1), "cut.npy")).toThrow(
      "cut.npy: 143 bytes, expected at least 144",
    );
  });

  it("refuses a header that promises more than an array can hold", () => {
    const text = "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 9999), }\n";
    const bytes = new Uint8Array(10 + text.length);
    bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0]);
    bytes.set(new TextEncoder().encode(text), 10);
    expect(() => readNpy(bytes)).toThrow(/larger than an array can be/);
  });
});

describe("writeNpy", () => {
  it("writes the bytes NumPy writes", () => {
    for (const { name, npy } of fixture.npy) {
      if (!["<f4", "<f8", "|u1", "<i2", "<u4", "<i8", "scalar", "empty"].includes(name)) continue;
      const theirs = decode(npy);
      expect(Buffer.from(writeNpy(readNpy(theirs))).toString("latin1")).toBe(
        Buffer.from(theirs).toString("latin1"),
      );
    }
  });

  it("refuses a shape that does not fit", () => {
    expect(() => writeNpy({ shape: [3], data: new Float32Array(2) })).toThrow(/2 elements, expected 3/);
  });
});

describe("npz", () => {
  for (const kind of ["stored", "compressed"] as const) {
    it(`reads a ${kind} archive`, () => {
      const arrays = readNpz(decode(fixture.npz[kind]));
      expect([...arrays.keys()]).toEqual(["x", "y"]);
      expect(arrays.get("x")).toEqual({ shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) });
      expect(arrays.get("y")).toEqual({ shape: [2], data: BigInt64Array.of(1n, 0n) });
    });
  }

  it("gives the same arrays back, and the same bytes for the same arrays", () => {
    const arrays = {
      a: { shape: [2], data: Int32Array.of(1, -2) },
      b: { shape: [], data: Float64Array.of(3) },
    };
    for (const compress of [false, true]) {
      const bytes = writeNpz(arrays, { compress });
      expect(Object.fromEntries(readNpz(bytes))).toEqual(arrays);
      expect(writeNpz(arrays, { compress })).toEqual(bytes);
    }
  });

  it("reads only the arrays that were asked for", () => {
    const arrays = readNpz(decode(fixture.npz.stored), "x.npz", ["y"]);
    expect([...arrays.keys()]).toEqual(["y"]);
  });

  it("names what is there when an array is missing", () => {
    try {
      readNpz(decode(fixture.npz.stored), "x.npz", ["z"]);
      expect.unreachable();
    } catch (error) {
      expect((error as FormatError).message).toBe("x.npz: no array named z");
      expect((error as FormatError).hint).toBe("It holds: x, y.");
    }
  });

  it("refuses damaged archives", () => {
    const whole = decode(fixture.npz.compressed);
    expect(() => readNpz(whole.subarray(0, 100), "cut.npz")).toThrow(FormatError);
    expect(() => readNpz(new Uint8Array(50), "zeros.npz")).toThrow(/does not start like a zip archive/);
  });
});

describe("checksums of npz", () => {
  const arrays = { x: { shape: [64], data: Float64Array.from({ length: 64 }, (_, i) => i) } };

  it("are those of the zip standard: archives of zlib's and NumPy's read", () => {
    for (const compress of [false, true]) {
      expect(readNpz(writeNpz(arrays, { compress })).get("x")?.data).toEqual(arrays.x.data);
    }
  });

  it("refuse a stored member of which any byte changed", () => {
    const whole = writeNpz(arrays);
    for (const at of [170, 300, 500]) {
      const damaged = whole.slice();
      for (let i = at; i < at + 100; i++) damaged[i] = ~(damaged[i] as number) & 255;
      expect(() => readNpz(damaged, "bad.npz")).toThrow(FormatError);
      const flipped = whole.slice();
      flipped[at] = (flipped[at] as number) ^ 1;
      expect(() => readNpz(flipped, "bad.npz")).toThrow(/bad\.npz: damaged archive \(the checksum of x\.npy/);
    }
  });

  it("refuse a compressed member too, or another way", () => {
    const whole = writeNpz(arrays, { compress: true });
    for (let at = 60; at < 120; at += 5) {
      const flipped = whole.slice();
      flipped[at] = (flipped[at] as number) ^ 8;
      expect(() => readNpz(flipped, "bad.npz")).toThrow(FormatError);
    }
  });
});
