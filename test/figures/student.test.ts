import { describe, expect, it } from "vitest";
import { gaussianEquivalent, studentInside } from "../../src/figures/index.ts";
import reference from "../fixtures/student.json" with { type: "json" };

describe("Student's t", () => {
  it.each(reference.rows as [number, number, number, number][])(
    "agrees with scipy at t = %d, %d degrees",
    (t, degrees, inside, gaussian) => {
      expect(studentInside(t, degrees)).toBeCloseTo(inside, 13);
      expect(studentInside(-t, degrees)).toBeCloseTo(inside, 13);
      expect(gaussianEquivalent(t, degrees)).toBeCloseTo(gaussian, 8);
      expect(gaussianEquivalent(-t, degrees)).toBeCloseTo(-gaussian, 8);
    },
  );

  it("becomes the Gaussian for many degrees, and is cut at seven", () => {
    expect(gaussianEquivalent(1.5, 1999)).toBeCloseTo(1.5, 2);
    expect(gaussianEquivalent(1.5, 5000)).toBe(1.5);
    expect(gaussianEquivalent(0, 4)).toBe(0);
    expect(gaussianEquivalent(-1e9, 4)).toBe(-7);
    expect(gaussianEquivalent(90, 9999)).toBe(7);
  });
});
