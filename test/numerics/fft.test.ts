import { describe, expect, it } from "vitest";
import { createStream, fft, inverseFft, inverseRealFft, planFft, realFft } from "../../src/numerics/index.ts";
import { fixture, largestDifference } from "./fixture.ts";

const { signals } = fixture<{ signals: Record<string, { input: number[]; output: number[] }> }>("fft");

/** The definition, O(n^2), with angles reduced modulo n. */
function slowTransform(data: Float64Array): Float64Array {
  const n = data.length / 2;
  const out = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const angle = (2 * Math.PI * ((j * k) % n)) / n;
      out[2 * k]! += data[2 * j]! * Math.cos(angle) + data[2 * j + 1]! * Math.sin(angle);
      out[2 * k + 1]! += data[2 * j + 1]! * Math.cos(angle) - data[2 * j]! * Math.sin(angle);
    }
  }
  return out;
}

describe("fft", () => {
  it.each(Object.keys(signals))("agrees with numpy at length %s", (n) => {
    const { input, output } = signals[n]!;
    expect(largestDifference(fft(Float64Array.from(input)), output)).toBeLessThan(1e-12);
    expect(largestDifference(inverseFft(Float64Array.from(output)), input)).toBeLessThan(1e-13);
  });

  it.each([64, 100, 127, 243])("agrees with the definition at length %i", (n) => {
    const data = new Float64Array(2 * n);
    createStream(n).fillNormal(data);
    expect(largestDifference(fft(data), slowTransform(data))).toBeLessThan(1e-12);
  });

  it("keeps 1e-13 of the norm at long lengths that are not powers of two", () => {
    const n = 100_003;
    const data = new Float64Array(2 * n);
    createStream(2).fillNormal(data);
    const plan = planFft(n);
    expect(largestDifference(plan.inverse(plan.forward(data)), data)).toBeLessThan(1e-12);
  });

  it.each([1, 2, 3, 4, 5, 6, 8, 9, 15, 16, 30, 64])(
    "real transform equals the complex one at length %i",
    (n) => {
      const data = new Float64Array(n);
      createStream(n).fillNormal(data);
      const complex = new Float64Array(2 * n);
      data.forEach((v, i) => {
        complex[2 * i] = v;
      });
      const full = fft(complex);
      const half = realFft(data);
      expect(largestDifference(half, full.subarray(0, half.length))).toBeLessThan(1e-13);
      expect(largestDifference(inverseRealFft(half, n), data)).toBeLessThan(1e-14);
    },
  );

  it("does not change its input and can reuse a plan", () => {
    const data = Float64Array.from([1, 2, 3, 4, 5, 6]);
    const plan = planFft(3);
    const first = plan.forward(data);
    expect(plan.forward(data)).toEqual(first);
    expect(Array.from(data)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("refuses wrong lengths", () => {
    expect(() => planFft(0)).toThrow(/length 0/);
    expect(() => fft(new Float64Array(3))).toThrow(/1.5/);
    expect(() => planFft(4).forward(new Float64Array(6))).toThrow(/received 6 numbers, expected 8/);
    expect(() => inverseRealFft(new Float64Array(4), 5)).toThrow(/expected 6/);
    expect(() => realFft(new Float64Array(0))).toThrow(/length 0/);
  });
});
