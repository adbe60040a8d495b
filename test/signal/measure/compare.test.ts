import { describe, expect, it } from "vitest";
import { compareWithTheory } from "../../../src/signal/measure/index.ts";

const estimate = (value: number, stderr: number | null) => ({ value, stderr, n: 5, method: "test" });

describe("compareWithTheory", () => {
  it("states residuals in units of the error", () => {
    const agreement = compareWithTheory(
      [1, 2, null, 4],
      [estimate(1.2, 0.1), estimate(1.9, 0.1), estimate(3, 1), null],
    );
    expect(agreement.residuals.map(({ inErrors }) => inErrors!.toFixed(6))).toEqual([
      "2.000000",
      "-1.000000",
    ]);
    expect(agreement.reducedChi2).toBeCloseTo(2.5, 12);
    expect(agreement.worst).toBeCloseTo(2, 12);
  });

  it("says so when errors are unknown or zero", () => {
    expect(compareWithTheory([1], [estimate(2, null)])).toMatchObject({ reducedChi2: null, worst: null });
    expect(compareWithTheory([1, 1], [estimate(1, 0), estimate(2, 0)]).worst).toBe(Number.POSITIVE_INFINITY);
  });
});
