import { afterAll, describe, expect, it } from "vitest";
import { type GemmProvider, loadKernels, type WideJob } from "../../src/kernels/index.ts";
import { createStream, type Matrix, type RandomStream } from "../../src/numerics/index.ts";

const one = await loadKernels();
const plain = await loadKernels({ deterministic: true });
const two = await loadKernels({ threads: 2 });
afterAll(() => two.release());

/** Rows that have the values of `background` but for a share of normal numbers. */
function mostly(background: readonly number[], rows: number, share: number, stream: RandomStream): Matrix {
  const cols = background.length;
  const data = Float64Array.from({ length: rows * cols }, (_, at) =>
    stream.uniform() < share ? stream.normal() : (background[at % cols] as number),
  );
  return { rows, cols, data };
}

/** x.y / N0, number by number, and the product of the lengths. */
function oracle(x: Matrix, i: number, y: Matrix, j: number): { value: number; scale: number } {
  let [value, own, other] = [0, 0, 0];
  for (let k = 0; k < x.cols; k++) {
    const a = x.data[i * x.cols + k] as number;
    const b = y.data[j * x.cols + k] as number;
    value += a * b;
    own += a * a;
    other += b * b;
  }
  return { value: value / x.cols, scale: Math.sqrt(own * other) / x.cols };
}

/** A job without layers: K and Theta are the inner products. */
function jobOf(rows: Matrix, columns: Matrix | null): WideJob & { nngp: Float64Array; ntk: Float64Array } {
  const size = rows.rows * (columns ?? rows).rows;
  const identity = { b: 0, w: 1, rb: 0, rw: 1 };
  return {
    rows,
    columns,
    first: identity,
    layers: [],
    nngp: new Float64Array(size),
    ntk: new Float64Array(size),
  };
}

/** The largest error beside the product of the lengths. */
function errorOf(rows: Matrix, columns: Matrix | null, values: Float64Array): number {
  const other = columns ?? rows;
  let worst = 0;
  for (let i = 0; i < rows.rows; i++) {
    for (let j = 0; j < other.rows; j++) {
      const { value, scale } = oracle(rows, i, other, j);
      const off = Math.abs((values[i * other.rows + j] as number) - value);
      worst = Math.max(worst, scale === 0 ? off : off / scale);
    }
  }
  return worst;
}

const stream = createStream(4);
const shades = Array.from({ length: 45 }, (_, k) => (k % 3 === 0 ? 0 : -0.4 - 0.01 * k));
const zeros = shades.map(() => 0);
const half = mostly(zeros, 301, 0.5, stream);
const short = mostly(shades, 60, 0.2, stream);
short.data.subarray(0, 45).fill(1e-9);
const equal = mostly(shades, 40, 0.3, stream);
equal.data.copyWithin(45, 0, 45);
const blank = mostly(zeros, 33, 0.1, stream);
blank.data.subarray(5 * 45, 9 * 45).fill(0);

/** Whole numbers, most of them 0, on the grid shift + scale k. */
function onGrid(rows: number, cols: number, scale: number, shift: number, draw: () => number): Matrix {
  const data = Float64Array.from({ length: rows * cols }, () => scale * draw() + shift);
  return { rows, cols, data };
}
const pixel = (): number => (stream.uniform() < 0.3 ? stream.integer(256) : 0);
const pixels = onGrid(460, 45, 1 / 255 / 0.3081, -0.1307 / 0.3081, pixel);
const late = onGrid(230, 44, 1 / 255, 0, pixel);
late.data[late.data.length - 1] = 0.3 + 1e-9;
const rounded = { ...pixels, data: Float64Array.from(Float32Array.from(pixels.data)) };
const level = (most: number) => () => (stream.uniform() < 0.5 ? 0 : most - stream.integer(3));
const spins = onGrid(35, 31, 2, -1, () => stream.integer(2));

const cases: Readonly<Record<string, readonly [Matrix, Matrix | null]>> = {
  "without zeros": [mostly(zeros, 230, 1, stream), null],
  "half of them zeros": [half, null],
  "of deviations from a background": [mostly(shades, 301, 0.2, stream), null],
  "of which one is shorter than the background": [short, null],
  "of which two are equal": [equal, null],
  "of which some are zero": [blank, null],
  "that are all zero": [mostly(zeros, 20, 0, stream), null],
  "that are all the background": [mostly(shades, 20, 0, stream), null],
  "one only": [mostly(shades, 1, 0.2, stream), null],
  "of two sets, the second without zeros": [mostly(shades, 40, 0.2, stream), mostly(zeros, 29, 1, stream)],
  "of two sets, the second shorter": [mostly(shades, 40, 0.2, stream), mostly(zeros, 250, 0.02, stream)],
  "of 8-bit pixels, standardised": [pixels, null],
  "of 8-bit pixels with one off the grid": [late, null],
  "of 8-bit pixels rounded to float32": [rounded, null],
  "of spins": [spins, null],
  "of spins and other numbers": [spins, mostly(zeros.slice(0, 31), 12, 1, stream)],
  "of spins and larger whole numbers": [spins, onGrid(50, 31, 2, -1, () => stream.integer(400) - 200)],
  "of the largest whole numbers": [onGrid(40, 2, 0.1, 0, level(32767)), null],
  "of whole numbers whose sums do not fit in 32 bits": [onGrid(40, 45, 0.1, 0, level(32767)), null],
  "of one and fifteen": [mostly(shades, 1, 0.2, stream), mostly(shades, 15, 0.2, stream)],
};

describe("inner products of inputs", () => {
  for (const [name, [rows, columns]] of Object.entries(cases)) {
    it(`are those of plain sums: ${name}`, () => {
      for (const kernels of [one, plain, two]) {
        const job = jobOf(rows, columns);
        kernels.wide.run(job);
        expect(errorOf(rows, columns, job.nngp)).toBeLessThan(3e-15);
        expect(job.ntk.every((value, at) => value === job.nngp[at])).toBe(true);
      }
    });
  }

  it("are asked from a provider only where inputs are dense", async () => {
    const asked: number[] = [];
    const provider: GemmProvider = {
      name: "test",
      worthwhile: { direct: 0, copied: 0, depth: 0, wideBlocks: 0 },
      multiply: async ({ m, n, k, a, b }) => {
        asked.push(m * n);
        return plain.multiplyTransposedRight({ rows: m, cols: k, data: a }, { rows: n, cols: k, data: b })
          .data;
      },
      release: async () => {},
    };
    const dense: string[] = [];
    for (const [name, [rows, columns]] of Object.entries(cases)) {
      asked.length = 0;
      const job = jobOf(rows, columns);
      await one.wide.runAsync(job, provider, false);
      if (asked.length > 0) dense.push(name);
      expect(errorOf(rows, columns, job.nngp)).toBeLessThan(3e-15);
    }
    expect(dense).toEqual([
      "without zeros",
      "half of them zeros",
      "of which one is shorter than the background",
      "of two sets, the second shorter",
      "of spins and other numbers",
      "of whole numbers whose sums do not fit in 32 bits",
    ]);
  });

  it("leave no memory behind where inputs turn out to be dense", () => {
    const run = (rows: Matrix): number => {
      const job = jobOf(rows, null);
      one.wide.run(job);
      return errorOf(rows, null, job.nngp);
    };
    // zeros first, numbers later: the count stops in the middle
    const late = mostly(zeros, 260, 0.05, stream);
    for (let at = 20 * 45; at < late.data.length; at++) late.data[at] = stream.normal();
    expect(run(late)).toBeLessThan(3e-15);
    expect(run(half)).toBeLessThan(3e-15);
  });
});
