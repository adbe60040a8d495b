import { describe, expect, it } from "vitest";
import { createStream } from "../../../src/numerics/index.ts";
import { oneMinusCosineOverInputs, ratioOverInputs } from "../../../src/signal/measure/reduce.ts";

/** Share of `trials` whose one-sigma interval contains `truth`. */
function coverage(
  truth: number,
  trials: number,
  estimate: (trial: number) => { value: number; stderr: number | null },
): number {
  let inside = 0;
  for (let k = 0; k < trials; k++) {
    const { value, stderr } = estimate(k);
    if (Math.abs(value - truth) < stderr!) inside++;
  }
  return inside / trials;
}

describe("errors over inputs", () => {
  it("covers the ratio of two correlated means in about 68 % of cases", () => {
    const share = coverage(1.5, 600, (trial) => {
      const stream = createStream(trial);
      const below = Float64Array.from({ length: 60 }, () => 2 + 0.5 * stream.normal());
      const above = below.map((x) => 1.5 * x + 0.3 * stream.normal());
      return ratioOverInputs(above, below);
    });
    expect(Math.abs(share - 0.683)).toBeLessThan(0.06);
  });

  it("covers the mean pair distance in about 68 % of cases", () => {
    // unit vectors with angle a ~ N(0, 0.5^2) in the plane: E cos(a - a') = exp(-0.25).
    const share = coverage(1 - Math.exp(-0.25), 600, (trial) => {
      const stream = createStream(trial);
      const angles = Float64Array.from({ length: 60 }, () => 0.5 * stream.normal());
      const mx = angles.reduce((sum, a) => sum + Math.cos(a), 0) / 60;
      const my = angles.reduce((sum, a) => sum + Math.sin(a), 0) / 60;
      return oneMinusCosineOverInputs(angles.map((a) => (Math.cos(a) - mx) ** 2 + (Math.sin(a) - my) ** 2));
    });
    expect(Math.abs(share - 0.683)).toBeLessThan(0.06);
  });

  it("equals the mean over all pairs", () => {
    const unit = [
      [1, 0],
      [0, 1],
      [Math.SQRT1_2, Math.SQRT1_2],
    ];
    const [mx, my] = [0, 1].map((k) => unit.reduce((sum, v) => sum + v[k]!, 0) / 3) as [number, number];
    const d = Float64Array.from(unit, (v) => (v[0]! - mx) ** 2 + (v[1]! - my) ** 2);
    const pairs = 1 - (0 + Math.SQRT1_2 + Math.SQRT1_2) / 3;
    expect(oneMinusCosineOverInputs(d).value).toBeCloseTo(pairs, 12);
  });
});
