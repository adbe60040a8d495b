import { describe, expect, it } from "vitest";
import { ellipticK, erf, erfc, logGamma, normalCdf } from "../../src/numerics/index.ts";
import { fixture } from "./fixture.ts";

const functions = { erf, erfc, logGamma, ellipticK, normalCdf };
const reference = fixture<Record<keyof typeof functions, [number, number][]>>("special");

describe("special functions", () => {
  it.each(Object.entries(functions))("%s agrees with 40-digit values to 4e-15", (name, f) => {
    for (const [x, value] of reference[name as keyof typeof functions]) {
      expect(Math.abs(f(x) - value)).toBeLessThanOrEqual(4e-15 * Math.abs(value));
    }
  });

  it("pass on NaN and reach their limits", () => {
    expect(erf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(erfc(Number.NEGATIVE_INFINITY)).toBe(2);
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(ellipticK(1)).toBe(Number.POSITIVE_INFINITY);
    for (const f of Object.values(functions)) expect(f(Number.NaN)).toBeNaN();
  });
});
