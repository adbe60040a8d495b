import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import {
  PointSketcher,
  predictCorrelationStep,
  predictDepthProfile,
  solveMeanField,
} from "../../../src/signal/index.ts";

const c = [0, 0.3, 0.9, 1];
const options = { depth: 12, cosine: 0.5, c };

describe("a sketched point", () => {
  // accuracies of the tables: 1e-8, and 1e-6 next to c = 1 for activations with kinks (truncated-series.ts)
  it.each([
    ["tanh", 1e-8],
    ["gelu", 1e-8],
    ["sigmoid", 1e-8],
    ["hard-tanh", 2e-6],
    ["elu", 2e-6],
    ["relu", 1e-8],
  ] as const)("of %s is the library's", (name, accuracy) => {
    const activation = resolveActivation(name);
    const sketcher = new PointSketcher(activation);
    for (const variances of [
      { sigmaW2: 1.2, sigmaB2: 0.05 },
      { sigmaW2: 1.9, sigmaB2: 0.3 },
      { sigmaW2: 2.7, sigmaB2: 0 },
    ]) {
      const point = sketcher.sketch(variances, options);
      const field = solveMeanField(activation, variances);
      const near = (value: number, exact: number, bound: number): void => {
        if (Number.isFinite(exact))
          expect(Math.abs(value - exact)).toBeLessThan(bound * (1 + Math.abs(exact)));
        else expect(value).toBe(exact);
      };
      near(point.q, field.q.value, 1e-9);
      near(point.chi1, field.chi1.value, 1e-9);
      near(point.decorrelation, field.decorrelation.value, accuracy);
      const exact = predictDepthProfile(activation, variances, options);
      for (let l = 0; l < options.depth; l++) {
        near(point.profile.q[l]!, exact.q[l]!, 1e-9);
        near(point.profile.c[l]!, exact.c[l]!, accuracy);
      }
      const q = field.q.value;
      if (!(q > 1e-6 && q < 1e6)) expect(point.map).toBeNull();
      else
        for (const [i, value] of c.entries())
          near(point.map![i]!, predictCorrelationStep(activation, variances, q, 1 - value).c, accuracy);
    }
  });

  it("refuses what cannot be", () => {
    const sketcher = new PointSketcher(resolveActivation("tanh"));
    expect(() => sketcher.sketch({ sigmaW2: -1, sigmaB2: 0 }, options)).toThrow(/weight variance -1/);
  });
});
