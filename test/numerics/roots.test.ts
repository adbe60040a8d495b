import { describe, expect, it } from "vitest";
import { expandBracket, scanBrackets, solveBracketed } from "../../src/numerics/index.ts";
import { fixture } from "./fixture.ts";

const reference = fixture<Record<"cosineFixedPoint" | "lambertW1" | "cubic", number>>("roots");

describe("solveBracketed", () => {
  it.each([
    { name: "cosineFixedPoint", f: (x: number) => Math.cos(x) - x, a: 0, b: 1 },
    { name: "lambertW1", f: (x: number) => x * Math.exp(x) - 1, a: 0, b: 1 },
    { name: "cubic", f: (x: number) => x ** 3 - 2 * x - 5, a: 2, b: 3 },
  ] as const)("finds $name to 1e-14 in at most 10 iterations", ({ name, f, a, b }) => {
    const result = solveBracketed(f, a, b);
    expect(Math.abs(result.root - reference[name])).toBeLessThan(2e-14);
    expect(result.converged).toBe(true);
    expect(result.iterations).toBeLessThanOrEqual(10);
    expect(Math.abs(result.residual)).toBeLessThan(1e-13);
  });

  it("accepts a root at an end, either order of the ends, and jumps", () => {
    expect(solveBracketed((x) => x, 0, 1).root).toBe(0);
    expect(solveBracketed((x) => x - 1, 0, 1).root).toBe(1);
    expect(Math.abs(solveBracketed((x) => x - 0.3, 1, 0).root - 0.3)).toBeLessThan(1e-14);
    expect(Math.abs(solveBracketed((x) => (x < 0.7 ? -1 : 1), 0, 1).root - 0.7)).toBeLessThan(2e-14);
    expect(Math.abs(solveBracketed((x) => (x === 0 ? -Infinity : Math.log(x)), 0, 3).root - 1)).toBeLessThan(
      1e-13,
    );
  });

  it("finds a triple root to the precision that rounding leaves", () => {
    const result = solveBracketed((x) => x ** 3, -1, 2);
    expect(result.converged).toBe(true);
    expect(Math.abs(result.root)).toBeLessThan(1e-13);
  });

  it("returns the best point and says so when the iterations run out", () => {
    const result = solveBracketed((x) => Math.exp(x) - 1e-8, -100, 2, { maxIterations: 3 });
    expect(result.converged).toBe(false);
    expect(result.iterations).toBe(3);
    expect(result.residual).toBe(Math.exp(result.root) - 1e-8);
  });

  it("refuses an interval without a sign change, and NaN", () => {
    expect(() => solveBracketed((x) => x * x + 1, -1, 1)).toThrow(/opposite signs/);
    expect(() => solveBracketed(Math.sqrt, -1, 1)).toThrow(/NaN/);
  });
});

describe("brackets", () => {
  it("expands to either side and respects limits", () => {
    expect(expandBracket((x) => x - 100, 0, 1)?.upper).toBeGreaterThanOrEqual(100);
    expect(expandBracket((x) => x + 100, 0, 1)?.lower).toBeLessThanOrEqual(-100);
    expect(expandBracket((x) => x - 100, 0, 1, { min: 0, max: 50 })).toBeNull();
    expect(expandBracket((x) => x * x + 1, 0, 1)).toBeNull();
    expect(() => expandBracket((x) => x, 1, 1)).toThrow(/a < b/);
  });

  it("scans every sign change once, also exactly on the grid", () => {
    const grid = Float64Array.from({ length: 101 }, (_, i) => i / 10);
    const roots = scanBrackets(Math.sin, grid).map(
      ({ lower, upper }) => solveBracketed(Math.sin, lower, upper).root,
    );
    expect(roots.map((r) => Math.round(r / Math.PI))).toEqual([0, 1, 2, 3]);
    expect(scanBrackets((x) => x - 2, [0, 1, 2, 3])).toEqual([{ lower: 1, upper: 2 }]);
    expect(scanBrackets((x) => x, [])).toEqual([]);
  });
});
