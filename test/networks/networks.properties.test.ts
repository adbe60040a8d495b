import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  activationNames,
  formatNetwork,
  parseNetwork,
  resolveActivation,
  schemeNames,
} from "../../src/networks/index.ts";

/** Smooth expressions of x that stay finite on [-8, 8]. */
const expression: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constant("x"),
    fc.double({ min: 0.1, max: 3, noNaN: true }).map((c) => c.toFixed(3)),
    fc.tuple(tie("tree"), fc.constantFrom("+", "-", "*"), tie("tree")).map(([a, op, b]) => `(${a}${op}${b})`),
    fc
      .tuple(fc.constantFrom("tanh", "sigmoid", "sin", "cos", "erf", "gelu", "silu"), tie("tree"))
      .map(([f, a]) => `${f}(${a})`),
    tie("tree").map((a) => `(${a})/(1+(${a})^2)`),
  ),
})).tree;

const dense = fc
  .tuple(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 60 }))
  .map(([width, repeat]) => ({
    type: "dense" as const,
    width,
    repeat,
  }));

const spec = fc
  .record({
    kind: fc.constantFrom("mlp" as const, "discriminator" as const, "generator" as const),
    input: fc.integer({ min: 1, max: 4000 }).map((n) => [n]),
    // neighbours of equal width would be written as one
    layers: fc.uniqueArray(dense, { minLength: 1, maxLength: 5, selector: ({ width }) => width }),
    activation: fc.constantFrom(...activationNames, "x*sigmoid(1.5*x)"),
    output: fc.constantFrom("linear", "tanh", "sigmoid"),
    normalization: fc.constantFrom("none" as const, "batch" as const, "layer" as const),
    padding: fc.constantFrom("zero" as const, "circular" as const),
    bias: fc.boolean(),
    initialization: fc.record({
      scheme: fc.constantFrom(...schemeNames),
      sigmaB2: fc.option(fc.double({ min: 0, max: 10, noNaN: true })),
    }),
  })
  .map((value) => parseNetwork(value));

describe("properties of specifications", () => {
  it("survive writing and reading, as text and as JSON", () => {
    fc.assert(
      fc.property(spec, (value) => {
        expect(parseNetwork(formatNetwork(value))).toEqual(value);
        expect(parseNetwork(JSON.stringify(value))).toEqual(value);
      }),
    );
  });

  it("never fail with anything but a message for the user", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 30, unit: fc.constantFrom(..."0123456789x~-cbty/k:. =tanhsw*()^".split("")) }),
        (text) => {
          try {
            parseNetwork(text);
          } catch (error) {
            expect(["spec", "shape"]).toContain((error as { code?: string }).code);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe("properties of activations", () => {
  it("have derivatives that agree with central differences", () => {
    fc.assert(
      fc.property(expression, fc.double({ min: -3, max: 3, noNaN: true }), (text, x) => {
        fc.pre(text.includes("x") && !/^[\d.()+\-*/^]*$/.test(text));
        let activation: ReturnType<typeof resolveActivation>;
        try {
          activation = resolveActivation(text);
        } catch {
          // folded to a constant, or overflows on [-8, 8]
          return;
        }
        const { f, derivative, secondDerivative } = activation;
        const step = 1e-4;
        // error of a central difference: step^2 f''' / 6 + rounding / step, with nested functions of slope up to 3^4
        const scale = 1 + Math.abs(f(x)) + Math.abs(derivative(x)) + Math.abs(secondDerivative(x));
        const slope = (f(x + step) - f(x - step)) / (2 * step);
        const bend = (derivative(x + step) - derivative(x - step)) / (2 * step);
        expect(Math.abs(slope - derivative(x))).toBeLessThan(1e-3 * scale);
        expect(Math.abs(bend - secondDerivative(x))).toBeLessThan(1e-2 * scale ** 1.5);
      }),
      { numRuns: 200 },
    );
  });

  it("are symmetric where they say so", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...activationNames),
        fc.double({ min: -20, max: 20, noNaN: true }),
        (name, x) => {
          const { f, odd, degree } = resolveActivation(name);
          if (odd) expect(f(-x)).toBeCloseTo(-f(x), 12);
          if (degree === 1) expect(f(2.5 * x)).toBeCloseTo(2.5 * f(x), 10);
        },
      ),
    );
  });
});
