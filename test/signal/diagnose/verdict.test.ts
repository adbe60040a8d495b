import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import { type Evidence, judge, solveMeanField } from "../../../src/signal/index.ts";

const estimate = (value: number) => ({ value, stderr: 0.01 * Math.abs(value), n: 5, method: "test" });
const tanh = resolveActivation("tanh");
const evidence = (sigmaW2: number, depth: number, more: Partial<Evidence> = {}): Evidence => ({
  depth,
  theory: solveMeanField(tanh, { sigmaW2, sigmaB2: 0.05 }),
  critical: { weightVariance: estimate(1.760955), biasVariance: estimate(0.05), kind: "critical" },
  gradientRatio: estimate(0.5),
  differenceRatio: estimate(0.5),
  brokenLayers: 0,
  ...more,
});

describe("the verdict by theory", () => {
  // 6 xi_c at sigma_b^2 = 0.05 is 94.7 at 1.5 and 41.9 at 4 (Schoenholz et al. 2017 with the fixed points of tanh)
  it.each([
    [1.5, 90, "yes", "ordered"],
    [1.5, 120, "marginal", "ordered"],
    [1.5, 200, "no", "ordered"],
    [4, 40, "yes", "chaotic"],
    [4, 80, "no", "chaotic"],
    [1.760955, 1000, "yes", "critical"],
  ])("at weight variance %d and depth %d is %s", (sigmaW2, depth, trains, phase) => {
    expect(judge(evidence(sigmaW2, depth))).toMatchObject({ trains, phase });
  });

  it("names the critical weight variance as the next step", () => {
    expect(judge(evidence(1, 100)).advice).toContain("1.761 / fan-in");
    expect(judge(evidence(1, 100)).headline).toContain("22 layers");
  });

  it("gives way to a worse measurement and says so", () => {
    const verdict = judge(evidence(1.5, 50, { gradientRatio: estimate(1e-8) }));
    expect(verdict.trains).toBe("no");
    expect(verdict.reason).toContain("Theory alone would say yes");
  });

  it.each([0, Number.NaN, Number.POSITIVE_INFINITY])(
    "never calls a gradient ratio of %d healthy",
    (value) => {
      expect(judge(evidence(1.5, 50, { gradientRatio: estimate(value) })).trains).toBe("no");
    },
  );
});

describe("the verdict by measurement alone", () => {
  const measured = (gradient: number, difference: number) =>
    judge(
      evidence(1.5, 20, {
        theory: null,
        critical: null,
        gradientRatio: estimate(gradient),
        differenceRatio: estimate(difference),
      }),
    );
  it.each([
    [0.1, 0.5, "yes"],
    [1e-4, 0.5, "marginal"],
    [1e-9, 0.5, "no"],
    [1e9, 0.5, "no"],
    [1, 1e-5, "marginal"],
    [1, 1e-9, "no"],
  ])("gradients %d and differences %d are %s", (gradient, difference, trains) => {
    expect(measured(gradient, difference).trains).toBe(trains);
  });
  it("takes the phase from the growth of gradients", () => {
    expect(measured(1e-4, 1).phase).toBe("ordered");
    expect(measured(1e4, 1).phase).toBe("chaotic");
    expect(measured(1, 1).phase).toBe("critical");
  });
});

describe("a scale-free network", () => {
  it("explodes by chi1 per layer, without losing correlations", () => {
    const theory = solveMeanField(resolveActivation("relu"), { sigmaW2: 3, sigmaB2: 0 });
    const { headline, reason } = judge(
      evidence(3, 30, {
        theory,
        critical: { weightVariance: estimate(2), biasVariance: estimate(0), kind: "critical" },
      }),
    );
    expect(reason).toContain("Exploding: squared gradients change by a factor 1.5 per layer");
    expect(reason).toContain("algebraically");
    expect(reason).not.toContain("infinitely");
    expect(headline).toContain("gradients survive about 15 layers");
  });
});
