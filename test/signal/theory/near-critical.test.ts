import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import { solveMeanField } from "../../../src/signal/index.ts";

describe("next to the critical point", () => {
  const tanh = resolveActivation("tanh");
  // 40-digit arithmetic: xi_C = 6 / (sigmaW2 - 1)^2 to leading order for tanh without biases
  it.each([
    [1e-4, 6.001e8],
    [1e-5, 6.0001e10],
    [1e-6, 6.0e12],
    [1e-7, 6.0e14],
  ])("tanh, sigmaW2 = 1 + %f: xiC lies within its stated error", (excess, xi) => {
    const { xiC } = solveMeanField(tanh, { sigmaW2: 1 + excess, sigmaB2: 0 });
    expect(Math.abs(xiC.value - xi)).toBeLessThan(2 * (xiC.stderr ?? 0) + 1e-3 * xi);
  });

  it("bounds the depth by gradients where correlations stay", () => {
    const field = solveMeanField(resolveActivation("relu"), { sigmaW2: 2.5, sigmaB2: 0.1 });
    expect(field.xiC.value).toBe(Number.POSITIVE_INFINITY);
    expect(field.maxDepth.value).toBeCloseTo(6 / Math.log(1.25), 9);
    expect(field.maxDepth.method).toMatch(/xiGradient/);
  });
});
