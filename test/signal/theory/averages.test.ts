import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, erf, gaussianAverage, gaussianAverage2 } from "../../../src/numerics/index.ts";
import {
  averageMoments,
  pairKernel,
  predictCorrelationStep,
  predictVarianceStep,
} from "../../../src/signal/index.ts";
import { hermitePairKernel } from "../../../src/signal/theory/hermite-series.ts";
import { quadraturePairKernel } from "../../../src/signal/theory/pair-quadrature.ts";
import table from "../../fixtures/signal-averages.json" with { type: "json" };
import relu from "../../fixtures/signal-relu-map.json" with { type: "json" };

const relative = (value: number, reference: number): number => Math.abs(value / reference - 1);

describe("one-dimensional averages", () => {
  for (const row of table.rows) {
    it(`${row.activation} at q = ${row.q} agrees with 25-digit quadrature`, () => {
      const moments = averageMoments(resolveActivation(row.activation), row.q);
      expect(relative(moments.meanSquare, row.meanSquare)).toBeLessThan(1e-13);
      expect(relative(moments.slopeSquare, row.slopeSquare)).toBeLessThan(1e-13);
      expect(relative(moments.meanSquareSlope, row.meanSquareSlope)).toBeLessThan(1e-12);
    });
  }

  it("closed forms of erf, sin, ReLU and leaky ReLU", () => {
    const slope = 0.3;
    for (const q of [1e-6, 0.01, 0.7, 5, 300]) {
      const e = averageMoments(resolveActivation("erf"), q);
      expect(relative(e.meanSquare, (2 / Math.PI) * Math.asin((2 * q) / (1 + 2 * q)))).toBeLessThan(1e-12);
      expect(relative(e.slopeSquare, 4 / Math.PI / Math.sqrt(1 + 4 * q))).toBeLessThan(1e-12);
      const leaky = averageMoments(resolveActivation(`leaky-relu:${slope}`), q);
      expect(relative(leaky.meanSquare, ((1 + slope * slope) * q) / 2)).toBeLessThan(1e-14);
      const typed = averageMoments(resolveActivation("sin(1*x)"), Math.min(q, 30));
      const named = averageMoments(resolveActivation("sin"), Math.min(q, 30));
      for (const key of ["meanSquare", "slopeSquare", "slopeFourth", "meanFourth", "meanSlope"] as const) {
        expect(relative(typed[key], named[key])).toBeLessThan(1e-9);
      }
    }
  });

  it("agrees with the library's general Gaussian average", () => {
    for (const name of ["hard-tanh", "elu", "selu", "softplus", "silu"]) {
      const activation = resolveActivation(name);
      const q = 1.7;
      const kinks = activation.kinks.map((kink) => kink / Math.sqrt(q));
      const value = gaussianAverage((z) => activation.f(Math.sqrt(q) * z) ** 2, { kinks });
      expect(relative(averageMoments(activation, q).meanSquare, value)).toBeLessThan(1e-11);
    }
  });
});

describe("two-dimensional averages", () => {
  for (const row of table.pairs) {
    it(`${row.activation}, q ${row.q}, epsilon ${row.epsilon} agrees with mpmath`, () => {
      const activation = resolveActivation(row.activation);
      for (const kernel of [
        pairKernel(activation, averageMoments(activation, row.q)),
        quadraturePairKernel(activation, row.q),
      ]) {
        expect(relative(kernel.loss(row.epsilon), row.loss)).toBeLessThan(1e-11);
        expect(relative(kernel.slope(row.epsilon), row.slope)).toBeLessThan(1e-11);
      }
    });
  }

  it("closed forms agree with nested quadrature at every distance from c = 1", () => {
    for (const name of ["linear", "relu", "leaky-relu:0.3", "erf", "sin"]) {
      const activation = resolveActivation(name);
      for (const q of [0.05, 2]) {
        const closed = pairKernel(activation, averageMoments(activation, q));
        expect(closed.method).toContain("closed form");
        const slow = quadraturePairKernel(activation, q);
        for (const epsilon of [1e-9, 1e-4, 0.1, 1, 1.7]) {
          expect(relative(closed.loss(epsilon), slow.loss(epsilon))).toBeLessThan(2e-12);
          expect(relative(closed.slope(epsilon), slow.slope(epsilon))).toBeLessThan(2e-12);
        }
      }
    }
  });

  it("Hermite series agree with nested quadrature wherever they claim to reach", () => {
    for (const name of ["tanh", "gelu", "elu", "hard-tanh"]) {
      const activation = resolveActivation(name);
      for (const q of [0.1, 3]) {
        const series = hermitePairKernel(activation, averageMoments(activation, q));
        const slow = quadraturePairKernel(activation, q);
        for (const epsilon of [1e-6, 0.05, 0.9]) {
          // Where the series does not reach, its model of the tail is good to 1e-4.
          const accuracy = series.reaches(epsilon) ? 2e-12 : 1e-4;
          expect(relative(series.loss(epsilon), slow.loss(epsilon))).toBeLessThan(accuracy);
          expect(relative(series.slope(epsilon), slow.slope(epsilon))).toBeLessThan(accuracy);
        }
      }
    }
  });

  it("steep and shifted expressions are resolved on their own scale", () => {
    for (const name of ["tanh(5*x)", "tanh(200*x)", "tanh(20*(x-3))", "x+sin(x)"]) {
      const activation = resolveActivation(name);
      const q = 2;
      const kernel = pairKernel(activation, averageMoments(activation, q));
      const fine = quadraturePairKernel(activation, q, 2);
      expect(relative(kernel.loss(0.1), fine.loss(0.1))).toBeLessThan(1e-10);
    }
    // The step: E sign sign = (2/pi) asin c, reached like 1/steepness.
    const steep = resolveActivation("tanh(2000*x)");
    const { loss } = pairKernel(steep, averageMoments(steep, 2));
    expect(Math.abs(loss(0.3) - (1 - (2 / Math.PI) * Math.asin(0.7)))).toBeLessThan(5e-4);
  });

  it("agrees with the library's general average over two variables", () => {
    const activation = resolveActivation("tanh");
    const q = 1.3;
    const c = 0.6;
    const moments = averageMoments(activation, q);
    const value = gaussianAverage2((u, v) => Math.tanh(Math.sqrt(q) * u) * Math.tanh(Math.sqrt(q) * v), c);
    expect(relative(moments.meanSquare - pairKernel(activation, moments).loss(1 - c), value)).toBeLessThan(
      1e-11,
    );
  });

  it("ReLU's correlation map and its iterates", () => {
    const activation = resolveActivation("relu");
    const kernel = pairKernel(activation, averageMoments(activation, 1));
    const map = (c: number): number => 1 - 2 * kernel.loss(1 - c);
    for (const [c = 0, value = 0] of relu.map) expect(Math.abs(map(c) - value)).toBeLessThan(1e-10);
    let c = 0;
    const iterates = Array.from({ length: 101 }, () => {
      const before = c;
      c = map(c);
      return before;
    });
    for (const [l = 0, value = 0] of relu.iterates)
      expect(Math.abs((iterates[l] as number) - value)).toBeLessThan(1e-10);
  });

  it("ReLU approaches c = 1 as 9 pi^2 / (2 l^2)", () => {
    const activation = resolveActivation("relu");
    const kernel = pairKernel(activation, averageMoments(activation, 1));
    let epsilon = 1;
    for (let l = 0; l < 20000; l++) epsilon = 2 * kernel.loss(epsilon);
    expect((epsilon * 20000 ** 2) / ((9 * Math.PI ** 2) / 2)).toBeCloseTo(1, 2);
  });
});

describe("one-step maps", () => {
  it("slopes are derivatives, checked by central differences", () => {
    for (const name of ["tanh", "relu", "elu", "gelu", "sigmoid"]) {
      const activation = resolveActivation(name);
      const variances = { sigmaW2: 1.7, sigmaB2: 0.2 };
      const step = 1e-5;
      const q = (x: number): number => predictVarianceStep(activation, variances, x).q;
      const { slope } = predictVarianceStep(activation, variances, 0.9);
      expect((q(0.9 + step) - q(0.9 - step)) / (2 * step)).toBeCloseTo(slope, 8);
      const c = (x: number): number => predictCorrelationStep(activation, variances, 0.9, 1 - x).c;
      const correlation = predictCorrelationStep(activation, variances, 0.9, 0.4);
      expect((c(0.6 + step) - c(0.6 - step)) / (2 * step)).toBeCloseTo(correlation.slope, 8);
      expect(predictCorrelationStep(activation, variances, 0.9, 0).c).toBe(1);
    }
  });

  it("refuse impossible arguments", () => {
    const tanh = resolveActivation("tanh");
    const variances = { sigmaW2: 1, sigmaB2: 0 };
    expect(() => predictVarianceStep(tanh, variances, -1)).toThrow(/variance -1/);
    expect(() => predictCorrelationStep(tanh, variances, 1, 3)).toThrow(/1 - c 3/);
    expect(predictVarianceStep(resolveActivation("sigmoid"), variances, 0).q).toBe(0.25);
  });
});

describe("Monte Carlo network", () => {
  it("one wide random layer reproduces the q and c maps", () => {
    const stream = createStream(7);
    const width = 20_000;
    const inputs = 50;
    const sigmaW2 = 1.8;
    const sigmaB2 = 0.1;
    for (const name of ["relu", "erf", "sin", "tanh", "selu"]) {
      const activation = resolveActivation(name);
      const x = Float64Array.from({ length: inputs }, () => stream.normal());
      const y = x.map((value) => 0.6 * value + 0.8 * stream.normal());
      const dot = (a: Float64Array, b: Float64Array): number =>
        a.reduce((sum, v, i) => sum + v * (b[i] as number), 0) / inputs;
      // Exact Gaussian law of the pre-activations given the inputs, then one layer of `width` units.
      const scale = Math.sqrt(dot(x, x) / dot(y, y));
      const z = y.map((value) => value * scale);
      const q = sigmaW2 * dot(x, x) + sigmaB2;
      const c = (sigmaW2 * dot(x, z) + sigmaB2) / q;
      let [square, product, fourth] = [0, 0, 0];
      for (let i = 0; i < width; i++) {
        const bias = Math.sqrt(sigmaB2) * stream.normal();
        let [h, k] = [bias, bias];
        for (let j = 0; j < inputs; j++) {
          const weight = Math.sqrt(sigmaW2 / inputs) * stream.normal();
          h += weight * (x[j] as number);
          k += weight * (z[j] as number);
        }
        const [f, g] = [activation.f(h), activation.f(k)];
        square += (f * f) / width;
        product += (f * g) / width;
        fourth += f ** 4 / width;
      }
      const moments = averageMoments(activation, q);
      const error = Math.sqrt(fourth / width);
      expect(Math.abs(square - moments.meanSquare)).toBeLessThan(4 * error);
      const predicted = moments.meanSquare - pairKernel(activation, moments).loss(1 - c);
      expect(Math.abs(product - predicted)).toBeLessThan(4 * error);
    }
  });

  it("erf with variances that differ: the general closed form", () => {
    // asin(2 S12 / sqrt((1 + 2 S11)(1 + 2 S22))) at S11 = S22 is what the kernel uses.
    const [s11, s12] = [0.9, 0.4];
    const kernel = pairKernel(resolveActivation("erf"), averageMoments(resolveActivation("erf"), s11));
    const value =
      (2 / Math.PI) * (Math.asin((2 * s11) / (1 + 2 * s11)) - Math.asin((2 * s12) / (1 + 2 * s11)));
    expect(relative(kernel.loss(1 - s12 / s11), value)).toBeLessThan(1e-13);
    expect(erf(0.5)).toBeCloseTo(resolveActivation("erf").f(0.5), 15);
  });
});
