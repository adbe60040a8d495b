import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import { averageMoments, depthScale, pairKernel, solveMeanField } from "../../../src/signal/index.ts";

const names = ["tanh", "erf", "sin", "relu", "gelu", "softplus", "elu"] as const;
const activation = fc.constantFrom(...names).map(resolveActivation);
const variance = fc.double({ min: -2, max: 1, noNaN: true }).map((x) => 10 ** x);
const distance = fc.double({ min: 1e-4, max: 0.999, noNaN: true });
const runs = { numRuns: 40 };

describe("correlation maps", () => {
  it("rise and are convex on 0 <= c <= 1, with slope q E phi' phi'", () => {
    fc.assert(
      fc.property(activation, variance, distance, (phi, q, epsilon) => {
        const kernel = pairKernel(phi, averageMoments(phi, q));
        const [near, far] = [epsilon / 2, epsilon];
        const scale = 1e-12 * kernel.slope(0);
        expect(kernel.loss(0)).toBeLessThanOrEqual(scale * q);
        expect(kernel.loss(near)).toBeLessThanOrEqual(kernel.loss(far) + scale * q);
        expect(kernel.slope(far)).toBeLessThanOrEqual(kernel.slope(near) + scale);
        // Convexity: the loss lies between its chords' slopes.
        const chord = (kernel.loss(far) - kernel.loss(near)) / (q * (far - near));
        expect(chord).toBeLessThanOrEqual(kernel.slope(near) * (1 + 1e-9));
        expect(chord).toBeGreaterThanOrEqual(kernel.slope(far) * (1 - 1e-9) - scale);
      }),
      runs,
    );
  });

  it("odd activations have odd maps: E phi phi changes sign with c", () => {
    fc.assert(
      fc.property(fc.constantFrom("tanh", "erf", "hard-tanh"), variance, distance, (name, q, c) => {
        const phi = resolveActivation(name);
        const moments = averageMoments(phi, q);
        const kernel = pairKernel(phi, moments);
        const product = (x: number): number => moments.meanSquare - kernel.loss(1 - x);
        expect(Math.abs(product(c) + product(-c))).toBeLessThan(1e-9 * moments.meanSquare);
      }),
      runs,
    );
  });
});

describe("scaling", () => {
  it("ReLU: averages are homogeneous in q", () => {
    fc.assert(
      fc.property(variance, variance, distance, (q, factor, epsilon) => {
        const phi = resolveActivation("leaky-relu:0.2");
        const [one, other] = [q, factor * q].map((x) => pairKernel(phi, averageMoments(phi, x)));
        expect((other?.loss(epsilon) ?? 0) / (factor * (one?.loss(epsilon) ?? 1))).toBeCloseTo(1, 12);
        expect(other?.slope(epsilon)).toBeCloseTo(one?.slope(epsilon) ?? 0, 12);
      }),
      runs,
    );
  });

  it("phi(g x) with (sigmaW2, sigmaB2) is phi(x) with (g^2 sigmaW2, g^2 sigmaB2)", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.double({ min: 0.3, max: 4, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (gain, sigmaW2, sigmaB2) => {
          const scaled = solveMeanField(resolveActivation(`erf(${gain}*x)`), { sigmaW2, sigmaB2 });
          const plain = solveMeanField(resolveActivation("erf"), {
            sigmaW2: gain * gain * sigmaW2,
            sigmaB2: gain * gain * sigmaB2,
          });
          expect(scaled.q.value * gain * gain).toBeCloseTo(plain.q.value, 9);
          expect(scaled.c.value).toBeCloseTo(plain.c.value, 8);
          expect(scaled.chi1.value).toBeCloseTo(plain.chi1.value, 10);
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe("fixed points", () => {
  it("solve their equations, and the phase follows chi_1", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("tanh", "erf", "sigmoid", "sin").map(resolveActivation),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.double({ min: 1e-3, max: 1, noNaN: true }),
        fc.constantFrom(1, 1, 0.8),
        (phi, sigmaW2, sigmaB2, keepRate) => {
          const field = solveMeanField(phi, { sigmaW2, sigmaB2 }, { keepRate });
          const q = field.q.value;
          const moments = averageMoments(phi, q);
          const w = sigmaW2 / keepRate;
          expect(Math.abs(w * moments.meanSquare + sigmaB2 - q)).toBeLessThan(1e-12 * (1 + q));
          const kernel = pairKernel(phi, moments);
          const epsilon = field.decorrelation.value;
          const product = moments.meanSquare - kernel.loss(epsilon);
          expect((sigmaW2 * product + sigmaB2) / q).toBeCloseTo(1 - epsilon, 11);
          if (field.phase === "ordered") expect(field.chi1.value).toBeLessThan(1);
          if (field.phase === "chaotic") expect(field.chi1.value).toBeGreaterThan(1);
          if (keepRate === 1 && field.phase === "ordered") expect(epsilon).toBe(0);
          if (keepRate === 1 && field.phase === "chaotic") expect(epsilon).toBeGreaterThan(0);
          if (keepRate < 1) expect(epsilon).toBeGreaterThan(0);
          expect(field.chiC.value).toBeLessThanOrEqual(1);
          expect(field.xiC.value).toBe(depthScale(field.chiC.value));
        },
      ),
      { numRuns: 25 },
    );
  });

  it("stay accurate next to the critical line: 1 - c* ~ 2 (chi_1 - 1) / f''(1)", () => {
    const tanh = resolveActivation("tanh");
    fc.assert(
      fc.property(fc.double({ min: -7, max: -3, noNaN: true }), (exponent) => {
        const field = solveMeanField(tanh, { sigmaW2: 1.760954639606738 + 10 ** exponent, sigmaB2: 0.05 });
        const excess = field.chi1.value - 1;
        const ratio = field.decorrelation.value / excess;
        // Near criticality chi at c* is the mirror image of chi_1: 1 - chiC = chi_1 - 1 to first order.
        expect((1 - field.chiC.value) / excess).toBeCloseTo(1, 1);
        expect(ratio).toBeGreaterThan(5);
        expect(ratio).toBeLessThan(8);
      }),
      { numRuns: 15 },
    );
  });
});
