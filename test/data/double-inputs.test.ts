import { describe, expect, it } from "vitest";
import { convertToDouble, loadDataset } from "../../src/data/index.ts";
import { createStream } from "../../src/numerics/index.ts";

const stream = createStream(7);
const levels = Array.from({ length: 5000 }, () => (stream.uniform() < 0.5 ? 0 : stream.integer(256)));
const rounded = (of: (k: number) => number) => ({ inputs: Float32Array.from(levels, of) });

describe("inputs in float64", () => {
  for (const [name, of] of [
    ["between 0 and 1", (k: number) => k / 255],
    ["standardised", (k: number) => (Math.fround(k / 255) - 0.1307) / 0.3081],
    ["from -1 to 1", (k: number) => k / 127.5 - 1],
  ] as const) {
    it(`are the levels of 8-bit pixels: ${name}`, () => {
      const data = rounded(of);
      const out = convertToDouble(data);
      const size = Math.abs(of(255));
      const lowest = out[levels.indexOf(0)] as number;
      const highest = out[levels.indexOf(255)] as number;
      let [off, uneven] = [0, 0];
      out.forEach((value, i) => {
        off = Math.max(off, Math.abs(value - (data.inputs[i] as number)));
        // whole multiples of one step, which float32 is not
        const exact = lowest + ((highest - lowest) * (levels[i] as number)) / 255;
        uneven = Math.max(uneven, Math.abs(value - exact));
      });
      expect(off).toBeLessThan(2 ** -23 * size);
      expect(uneven).toBeLessThan(1e-15 * size);
    });
  }

  it("are levels whatever the length of a row", () => {
    // as long as 5000 images; the corners are always 0
    const inputs = new Float32Array(784 * 500).map((_, i) => (i % 98 < 2 ? 0 : stream.integer(256) / 255));
    const out = convertToDouble({ inputs });
    const step = out.reduce((a, b) => Math.max(a, b)) / 255;
    expect(out.every((value) => Math.abs(value / step - Math.round(value / step)) < 1e-12)).toBe(true);
  });

  it("leave zeros at zero", () => {
    const out = convertToDouble(rounded((k) => (k - 128) / 128));
    expect(levels.every((k, i) => k !== 128 || out[i] === 0)).toBe(true);
    expect(convertToDouble(rounded((k) => k / 255))[levels.indexOf(0)]).toBe(0);
  });

  it("are as they were where levels are not even, too many, one off or one only", () => {
    const oneOff = rounded((k) => k / 255);
    oneOff.inputs[4999] = 0.30001;
    for (const data of [
      rounded((k) => Math.sqrt(k)),
      { inputs: Float32Array.from({ length: 4000 }, () => stream.normal()) },
      oneOff,
      { inputs: new Float32Array(5).fill(0.3) },
    ]) {
      expect(convertToDouble(data)).toEqual(Float64Array.from(data.inputs));
    }
  });

  it("of standardised MNIST are on a grid", async () => {
    const { train } = await loadDataset("mnist-sample", { train: 200, standardize: "global" });
    const out = convertToDouble(train);
    const found = [...new Set(out)].sort((a, b) => a - b);
    const [low, high] = [found[0] as number, found.at(-1) as number];
    const steps = found.map((x) => ((x - low) / (high - low)) * 255);
    expect(Math.max(...steps.map((k) => Math.abs(k - Math.round(k))))).toBeLessThan(1e-12);
  });
});
