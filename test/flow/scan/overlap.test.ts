/** Balanced accuracy: exact cases, guessing, and the coverage of its error. */
import { describe, expect, it } from "vitest";
import { measureOverlap, type PredictedCell } from "../../../src/flow/scan/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const cells = (
  truePositive: number,
  falsePositive: number,
  trueNegative: number,
  falseNegative: number,
): PredictedCell[] => [
  ...Array.from({ length: truePositive }, () => ({ predicted: true, trained: true })),
  ...Array.from({ length: falsePositive }, () => ({ predicted: true, trained: false })),
  ...Array.from({ length: trueNegative }, () => ({ predicted: false, trained: false })),
  ...Array.from({ length: falseNegative }, () => ({ predicted: false, trained: true })),
];

describe("measureOverlap", () => {
  it("is the mean of both shares", () => {
    const { balancedAccuracy, counts } = measureOverlap(cells(30, 5, 15, 10), createStream(1));
    expect(balancedAccuracy.value).toBeCloseTo((30 / 40 + 15 / 20) / 2, 12);
    expect(counts).toEqual({ truePositive: 30, falsePositive: 5, trueNegative: 15, falseNegative: 10 });
  });

  it("has the error of two independent proportions", () => {
    const { stderr } = measureOverlap(cells(30, 5, 15, 10), createStream(1)).balancedAccuracy;
    const exact = 0.5 * Math.sqrt((0.75 * 0.25) / 40 + (0.75 * 0.25) / 20);
    expect(stderr).toBeCloseTo(exact, 2);
  });

  it("gives 1/2 for a prediction that says always yes", () => {
    expect(measureOverlap(cells(50, 3, 0, 0), createStream(1)).balancedAccuracy.value).toBe(0.5);
  });

  it("says that it is undefined when all cells trained", () => {
    const { value, stderr, method } = measureOverlap(cells(3, 0, 0, 2), createStream(1)).balancedAccuracy;
    expect([value, stderr]).toEqual([Number.NaN, null]);
    expect(method).toContain("one kind");
  });
});
