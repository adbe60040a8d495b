import { describe, expect, it } from "vitest";
import { formatAroundOne, formatNamedAroundOne } from "../../../src/figures/diagnosis/near-one.ts";

describe("numbers near one", () => {
  it.each([
    [1 - 2.34567e-5, 0, "1 − 2.35e-5"],
    [1 + 2.3e-5, 4e-6, "1 + 2.3(4)e-5"],
    [0.99, 0, "0.99"],
    [0.43198, 0.0123, "0.432(12)"],
    [1, 0, "1"],
    [1 + 2e-16, 0, "1"],
  ])("%d with error %d", (value, stderr, text) => {
    expect(formatAroundOne({ value, stderr }, 4)).toBe(text);
  });

  it("names the difference on its own", () => {
    expect(formatNamedAroundOne("χ₁", { value: 1 - 2.3e-5, stderr: 0 }, 6)).toBe("χ₁ − 1 = −2.3e-5");
    expect(formatNamedAroundOne("χ₁", { value: 1 + 2.3e-5, stderr: 4e-6 }, 6)).toBe("χ₁ − 1 = +2.3(4)e-5");
    expect(formatNamedAroundOne("χ₁", { value: 0.5, stderr: 0.1 }, 6)).toBe("0.50(10)");
  });
});
