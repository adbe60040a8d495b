import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyStandardization,
  type Dataset,
  measureStandardization,
  type NumericData,
  readNpy,
  readNpz,
  split,
  writeNpy,
  writeNpz,
} from "../../src/data/index.ts";
import { createStream } from "../../src/numerics/index.ts";

const arrays: fc.Arbitrary<NumericData> = fc.oneof(
  fc.uint8Array(),
  fc.int8Array(),
  fc.uint16Array(),
  fc.int16Array(),
  fc.uint32Array(),
  fc.int32Array(),
  fc.float32Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
);

/** Two-column data whose columns vary. */
const tables = fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -9, max: 9 })), {
  minLength: 3,
  maxLength: 40,
});

function datasetOf(rows: readonly (readonly number[])[]): Dataset {
  const inputs = Float32Array.from(rows.flat());
  const labels = Int32Array.from(rows, (_, i) => i);
  return {
    name: "rows",
    inputs,
    labels,
    count: rows.length,
    shape: [2],
    classes: rows.length,
    provenance: [],
  };
}

describe("npy and npz", () => {
  it("give back what was written, in any element type", () => {
    fc.assert(
      fc.property(arrays, (data) => {
        const array = { shape: [data.length], data };
        expect(readNpy(writeNpy(array))).toEqual(array);
      }),
    );
  });

  it("keep names and order of any arrays, compressed or not", () => {
    const entries = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z][a-z.:]{0,9}$/), arrays), {
      selector: ([name]) => name,
      maxLength: 4,
    });
    fc.assert(
      fc.property(entries, fc.boolean(), (list, compress) => {
        const named = list.map(([name, data]) => [name, { shape: [data.length], data }] as const);
        expect([...readNpz(writeNpz(named, { compress }))]).toEqual(named);
      }),
      { numRuns: 30 },
    );
  });
});

describe("split", () => {
  it("puts every example into exactly one part, with its label", () => {
    fc.assert(
      fc.property(
        tables,
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.nat(),
        (rows, fraction, seed) => {
          const { train, test } = split(datasetOf(rows), fraction, createStream(seed));
          expect(train.count + test.count).toBe(rows.length);
          expect(Math.min(train.count, test.count)).toBeGreaterThan(0);
          const labels = [...(train.labels ?? []), ...(test.labels ?? [])];
          expect([...labels].sort((a, b) => a - b)).toEqual(rows.map((_, i) => i));
          const values = [...train.inputs, ...test.inputs];
          for (const [i, label] of labels.entries()) expect(values[2 * i]).toBe(rows[label]?.[0]);
        },
      ),
    );
  });
});

describe("standardisation", () => {
  it("forgets shift and scale of the data", () => {
    fc.assert(
      fc.property(
        tables,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: -64, max: 64 }),
        (rows, scale, shift) => {
          fc.pre(new Set(rows.map(([a]) => a)).size > 1 && new Set(rows.map(([, b]) => b)).size > 1);
          const moved = rows.map((row) => row.map((value) => scale * value + shift));
          const [a, b] = [rows, moved].map((table) => {
            const dataset = datasetOf(table);
            return applyStandardization(dataset, measureStandardization(dataset, "pixel")).inputs;
          });
          for (const [i, value] of a!.entries()) expect(b![i]).toBeCloseTo(value, 5);
        },
      ),
    );
  });
});
