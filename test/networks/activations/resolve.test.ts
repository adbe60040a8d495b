import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SpecError } from "../../../src/base/index.ts";
import { activationNames, resolveActivation } from "../../../src/networks/activations/index.ts";

interface Reference {
  readonly x: number[];
  readonly functions: Record<string, { f: number[]; derivative: number[]; secondDerivative: number[] }>;
}
const reference = JSON.parse(
  readFileSync(new URL("../../fixtures/networks-activations.json", import.meta.url), "utf8"),
) as Reference;

function errorOf(text: string): SpecError {
  try {
    resolveActivation(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SpecError);
    return error as SpecError;
  }
  throw new Error(`${text} was accepted`);
}

describe("resolveActivation", () => {
  it.each(Object.keys(reference.functions))("%s equals torch in value and two derivatives", (text) => {
    const activation = resolveActivation(text);
    const expected = reference.functions[text]!;
    reference.x.forEach((x, i) => {
      // Rounding of a handful of operations of order one: 1e-13.
      const scale = (y: number): number => 1e-13 * Math.max(1, Math.abs(y));
      expect(Math.abs(activation.f(x) - expected.f[i]!)).toBeLessThan(scale(expected.f[i]!));
      expect(Math.abs(activation.derivative(x) - expected.derivative[i]!)).toBeLessThan(
        10 * scale(expected.derivative[i]!),
      );
      expect(Math.abs(activation.secondDerivative(x) - expected.secondDerivative[i]!)).toBeLessThan(
        20 * scale(expected.secondDerivative[i]!),
      );
    });
  });

  it("covers every name in the reference values", () => {
    for (const name of activationNames) expect(Object.keys(reference.functions)).toContain(name);
  });

  it("states symmetry, homogeneity and kinks of the named functions", () => {
    const oddNames = activationNames.filter((name) => resolveActivation(name).odd);
    expect(oddNames).toEqual(["linear", "tanh", "erf", "hard-tanh", "sin"]);
    const homogeneous = activationNames.filter((name) => resolveActivation(name).degree === 1);
    expect(homogeneous).toEqual(["linear", "relu", "leaky-relu"]);
    expect(resolveActivation("hard-tanh").kinks).toEqual([-1, 1]);
  });

  it("decides symmetry, homogeneity and kinks of expressions", () => {
    expect(resolveActivation("sigmoid(x)-1/2").odd).toBe(true);
    expect(resolveActivation("x^3 + x^2/1000").odd).toBe(false);
    expect(resolveActivation("max(x, -0.3*x)").degree).toBe(1);
    expect(resolveActivation("x^2").degree).toBeNull();
    expect(resolveActivation("relu(x - 1/3) + abs(x+2)").kinks.map((x) => x.toFixed(12))).toEqual([
      "-2.000000000000",
      "0.333333333333",
    ]);
    expect(resolveActivation("tanh(x)*exp(-x^2)").kinks).toEqual([]);
  });

  it("keeps the tails exact", () => {
    // Phi(-10) = 7.61985302416052606597e-24 (Abramowitz and Stegun 26.2).
    expect(resolveActivation("gelu").f(-10) / -7.6198530241605e-23).toBeCloseTo(1, 12);
    expect(resolveActivation("tanh").derivative(30) / (4 * Math.exp(-60))).toBeCloseTo(1, 12);
    expect(resolveActivation("softplus").f(-50) / Math.exp(-50)).toBeCloseTo(1, 12);
    expect(resolveActivation("softplus").f(800)).toBe(800);
  });

  it("accepts any case and the usual other names", () => {
    expect(resolveActivation("ReLU").name).toBe("relu");
    expect(resolveActivation("swish").name).toBe("silu");
    expect(resolveActivation(" Identity ").name).toBe("linear");
    expect(resolveActivation("id").name).toBe("linear");
    for (const name of ["lrelu", "leaky"]) {
      expect(resolveActivation(name).f(-2)).toBe(resolveActivation("leaky-relu").f(-2));
      expect(resolveActivation(`${name}:0.1`).f(-2)).toBe(-0.2);
    }
  });

  it("suggests the nearest name for an unknown one", () => {
    const error = errorOf("thanh");
    expect(error.message).toContain('column 1: received "thanh"');
    expect(error.hint).toContain('Did you mean "tanh"?');
  });

  it.each([
    ["x*sgmoid(x)", 3, "sigmoid"],
    ["tanh(x", 7, "parentheses"],
    ["x +", 4, "function of x"],
    ["2x", 2, "*"],
    ["max(x)", 6, "parentheses"],
    ["tanh x", 6, "parentheses"],
    ["x $ 2", 3, "*"],
  ])("points at the column of the mistake in %s", (text, column, hint) => {
    const error = errorOf(text);
    expect(error.message).toContain(`column ${column}:`);
    expect(error.hint).toContain(hint);
  });

  it("refuses constants, functions that are undefined on [-8, 8] and bad parameters", () => {
    expect(errorOf("2*pi").message).toContain("constant");
    expect(errorOf("log(x)").message).toContain("NaN at x = -8");
    expect(errorOf("1/x").message).toContain("Infinity at x = 0");
    expect(errorOf("tanh:2").message).toContain("takes none");
    expect(errorOf("leaky-relu:a").message).toContain("column 12");
  });
});
