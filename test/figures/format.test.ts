import { describe, expect, it } from "vitest";
import { formatEstimate, formatNumber } from "../../src/figures/index.ts";

describe("formatNumber", () => {
  it.each([
    [0, 6, "0"],
    [1, 6, "1"],
    [0.9386362657, 6, "0.938636"],
    [15.790994, 3, "15.8"],
    [3557.33, 3, "3560"],
    [1e-5, 6, "1e-5"],
    [1.2345e-7, 3, "1.23e-7"],
    [4660810, 7, "4660810"],
    [2.5e12, 3, "2.5e12"],
    [-0.25, 6, "-0.25"],
    [Number.POSITIVE_INFINITY, 6, "infinite"],
    [Number.NEGATIVE_INFINITY, 6, "-infinite"],
    [Number.NaN, 6, "undefined"],
  ])("writes %d with %d digits as %s", (value, digits, text) => {
    expect(formatNumber(value, digits)).toBe(text);
  });
});

describe("formatEstimate", () => {
  it.each([
    [0.43198, 0.0123, "0.432(12)"],
    [0.43198, 0.0323, "0.43(3)"],
    [1.76095464, 0, "1.76095"],
    [28.5, 0.4, "28.5(4)"],
    [1234, 56, "1230(60)"],
    [1234, 15, "1234(15)"],
    [0.99, 0.098, "0.99(10)"],
    [0.0009, 0.00096, "0.0009(10)"],
    [1.5e-8, 2e-9, "1.5(2)e-8"],
    [3.2e9, 1.1e8, "3.20(11)e9"],
    [0, 0.02, "0.00(2)"],
    [0.5, null, "0.5(?)"],
    [Number.POSITIVE_INFINITY, 0, "infinite"],
  ])("writes %d +- %s as %s", (value, stderr, text) => {
    expect(formatEstimate({ value, stderr })).toBe(text);
  });

  it("keeps as many digits as the error allows, never more", () => {
    expect(formatEstimate({ value: Math.PI, stderr: 0.0000031 })).toBe("3.141593(3)");
    expect(formatEstimate({ value: Math.PI * 1e3, stderr: 2 })).toBe("3142(2)");
  });
});
