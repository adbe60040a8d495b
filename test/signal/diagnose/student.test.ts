import { describe, expect, it } from "vitest";
import { studentProbability, twoErrors } from "../../../src/signal/diagnose/student.ts";

describe("Student's t", () => {
  // 97.5 % quantiles of standard tables
  it.each([
    [1, 12.7062047],
    [2, 4.3026527],
    [4, 2.7764451],
    [5, 2.5705818],
    [30, 2.0422725],
  ])("has its two-sided 95 %% point with %d degrees of freedom at %d", (degrees, t) => {
    expect(studentProbability(t, degrees)).toBeCloseTo(0.95, 8);
  });
  it("makes two errors of a normal distribution wide for few samples", () => {
    expect(twoErrors(1)).toBeCloseTo(13.968, 2);
    expect(twoErrors(4)).toBeCloseTo(2.8693, 3);
    expect(twoErrors(10_000)).toBeCloseTo(2, 1);
  });
});
