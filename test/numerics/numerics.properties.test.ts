import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compensatedSum,
  createStream,
  ellipticK,
  erf,
  erfc,
  fft,
  fitLine,
  gaussianAverage,
  gaussianAverage2,
  histogram,
  integrateOde,
  inverseFft,
  inverseRealFft,
  logGamma,
  meanWithError,
  minimizeLbfgs,
  normalCdf,
  quantiles,
  realFft,
  restoreStream,
  solveBracketed,
  weightedMean,
} from "../../src/numerics/index.ts";
import { largestDifference } from "./fixture.ts";

const seeds = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const labels = fc.oneof(fc.string(), fc.maxSafeInteger());
const finite = (most: number): fc.Arbitrary<number> => fc.double({ min: -most, max: most, noNaN: true });
const lists = (most: number, minLength = 1): fc.Arbitrary<number[]> =>
  fc.array(finite(most), { minLength, maxLength: 60 });
const correlations = fc.double({ min: -1, max: 1, noNaN: true });
const scaleOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((m, v) => Math.max(m, Math.abs(v)), 0);

describe("streams", () => {
  it("resume bit for bit from any position, also through JSON", () => {
    fc.assert(
      fc.property(seeds, labels, fc.nat({ max: 3000 }), (seed, label, drawn) => {
        const stream = createStream(seed).fork(label);
        for (let i = 0; i < drawn; i++) stream.normal();
        const resumed = restoreStream(JSON.parse(JSON.stringify(stream.save())));
        const next = Array.from({ length: 20 }, () => [
          stream.normal(),
          stream.uniform(),
          stream.integer(1000),
        ]);
        expect(
          Array.from({ length: 20 }, () => [resumed.normal(), resumed.uniform(), resumed.integer(1000)]),
        ).toEqual(next);
      }),
      { numRuns: 40 },
    );
  });

  it("do not depend on how a fill is cut in pieces", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.nat({ max: 400 }), { maxLength: 8 }), (seed, pieces) => {
        const total = pieces.reduce((sum, n) => sum + n, 0);
        const whole = new Float64Array(total);
        createStream(seed).fillNormal(whole);
        const stream = createStream(seed);
        const parts = pieces.flatMap((n) => {
          const part = new Float64Array(n);
          stream.fillNormal(part);
          return Array.from(part);
        });
        expect(Float64Array.from(parts)).toEqual(whole);
      }),
    );
  });

  it("fork differently for different labels, and the same for the same", () => {
    fc.assert(
      fc.property(seeds, labels, labels, (seed, a, b) => {
        const first = createStream(seed).fork(a);
        const second = createStream(seed).fork(b);
        expect(first.uniform() === second.uniform()).toBe(Object.is(a, b) || (a === 0 && b === 0));
      }),
    );
  });

  it("permute: every index once; integers and uniforms stay in range", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 500 }), (seed, n) => {
        const stream = createStream(seed);
        expect(Array.from(stream.permutation(n)).sort((x, y) => x - y)).toEqual(
          Array.from({ length: n }, (_, i) => i),
        );
        const k = stream.integer(n);
        expect(k >= 0 && k < n && Number.isInteger(k)).toBe(true);
        const u = stream.uniform();
        expect(u >= 0 && u < 1 && Number.isInteger(u * 2 ** 53)).toBe(true);
      }),
    );
  });
});

describe("special functions", () => {
  it("keep their symmetries and recurrences", () => {
    fc.assert(
      fc.property(finite(6), (x) => {
        expect(erf(-x)).toBe(-erf(x));
        expect(Math.abs(erf(x) + erfc(x) - 1)).toBeLessThan(3e-16);
        expect(Math.abs(normalCdf(x) + normalCdf(-x) - 1)).toBeLessThan(3e-16);
        const positive = 0.1 + Math.abs(x);
        expect(Math.abs(logGamma(positive + 1) - logGamma(positive) - Math.log(positive))).toBeLessThan(
          2e-14,
        );
      }),
    );
  });

  it("satisfy the descending Landen transformation of K", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (m) => {
        const complement = Math.sqrt(1 - m);
        const k1 = (1 - complement) / (1 + complement);
        expect(Math.abs(ellipticK(m) / ((1 + k1) * ellipticK(k1 * k1)) - 1)).toBeLessThan(2e-14);
      }),
    );
  });
});

describe("Gaussian averages", () => {
  it("are linear, vanish for odd functions and satisfy Stein's identity E z f(z) = E f'(z)", () => {
    fc.assert(
      fc.property(finite(3), finite(3), fc.double({ min: 0.1, max: 3, noNaN: true }), (a, b, s) => {
        const f = (z: number): number => Math.tanh(s * z + b);
        const slope = (z: number): number => s * (1 - Math.tanh(s * z + b) ** 2);
        expect(Math.abs(gaussianAverage((z) => z * f(z)) - gaussianAverage(slope))).toBeLessThan(1e-13);
        expect(Math.abs(gaussianAverage((z) => a * f(z) + 1) - a * gaussianAverage(f) - 1)).toBeLessThan(
          1e-14,
        );
        expect(Math.abs(gaussianAverage((z) => Math.tanh(s * z)))).toBeLessThan(1e-15);
      }),
      { numRuns: 40 },
    );
  });

  it("shift: E exp(s z) = exp(s^2 / 2), with a kink placed anywhere", () => {
    fc.assert(
      fc.property(finite(2), finite(4), (s, kink) => {
        const value = gaussianAverage((z) => Math.exp(s * z), { kinks: [kink] });
        expect(Math.abs(value / Math.exp((s * s) / 2) - 1)).toBeLessThan(1e-11);
      }),
      { numRuns: 40 },
    );
  });

  it("in two variables are symmetric and reduce to a known covariance", () => {
    fc.assert(
      fc.property(correlations, finite(1), (c, shift) => {
        const f = (a: number, b: number): number => Math.sin(a + shift) * b;
        const swapped = gaussianAverage2((a, b) => f(b, a), c);
        const value = gaussianAverage2(f, c);
        expect(Math.abs(value - swapped)).toBeLessThan(1e-13);
        // Stein: E sin(a + s) b = c E cos(a + s) = c cos(s) exp(-1/2).
        expect(Math.abs(value - c * Math.cos(shift) * Math.exp(-0.5))).toBeLessThan(1e-13);
      }),
      { numRuns: 25 },
    );
  });

  it("with kinks follow the closed form of shifted steps' marginals at any correlation", () => {
    fc.assert(
      fc.property(correlations, finite(2), (c, kink) => {
        const both = gaussianAverage2((a, b) => (a > kink ? 1 : 0) + (b > kink ? 2 : 0), c, {
          kinks: [kink],
        });
        expect(Math.abs(both - 3 * normalCdf(-kink))).toBeLessThan(1e-12);
      }),
      { numRuns: 15 },
    );
  });
});

describe("roots", () => {
  it("of a monotonic function are inverse values", () => {
    fc.assert(
      fc.property(finite(3), (x) => {
        const f = (t: number): number => t ** 3 + t;
        const { root, converged } = solveBracketed((t) => f(t) - f(x), -4, 4);
        expect(converged).toBe(true);
        expect(Math.abs(root - x)).toBeLessThan(5e-14);
      }),
    );
  });

  it("lie in the bracket and change the sign of f there", () => {
    fc.assert(
      fc.property(finite(5), finite(5), finite(1), (a, b, shift) => {
        const f = (x: number): number => Math.sin(3 * x) + shift * x;
        fc.pre(f(a) * f(b) < 0);
        const { root } = solveBracketed(f, a, b);
        expect(root >= Math.min(a, b) && root <= Math.max(a, b)).toBe(true);
        expect(Math.abs(f(root))).toBeLessThan(1e-12);
      }),
    );
  });
});

describe("transforms", () => {
  it("invert each other and keep the norm (Parseval) at any length", () => {
    fc.assert(
      fc.property(lists(1e3), (values) => {
        const data = Float64Array.from([...values, ...values.toReversed()]);
        const n = data.length / 2;
        const tolerance = 1e-13 * (1 + scaleOf(data));
        const spectrum = fft(data);
        expect(largestDifference(inverseFft(spectrum), data)).toBeLessThan(tolerance);
        const energy = (x: Float64Array): number => x.reduce((sum, v) => sum + v * v, 0);
        expect(Math.abs(energy(spectrum) / n - energy(data))).toBeLessThan(1e-12 * (1 + energy(data)));
        expect(largestDifference(inverseRealFft(realFft(data), data.length), data)).toBeLessThan(tolerance);
      }),
    );
  });

  it("turn a shift into a phase", () => {
    fc.assert(
      fc.property(lists(10, 2), fc.nat(), (values, by) => {
        const n = values.length;
        const complex = (x: number[]): Float64Array => Float64Array.from(x.flatMap((v) => [v, 0]));
        const shifted = values.map((_, i) => values[(i + by) % n]!);
        const plain = fft(complex(values));
        const moved = fft(complex(shifted));
        for (let k = 0; k < n; k++) {
          const angle = (2 * Math.PI * ((k * (by % n)) % n)) / n;
          const re = plain[2 * k]! * Math.cos(angle) - plain[2 * k + 1]! * Math.sin(angle);
          expect(Math.abs(moved[2 * k]! - re)).toBeLessThan(1e-11);
        }
      }),
    );
  });
});

describe("dynamics and minimisation", () => {
  it("a trajectory integrated forwards and back returns to its start", () => {
    fc.assert(
      fc.property(finite(2), finite(2), fc.double({ min: 0.1, max: 5, noNaN: true }), (x, v, end) => {
        const pendulum = (_t: number, y: Float64Array, slope: Float64Array): void => {
          slope[0] = y[1]!;
          slope[1] = -Math.sin(y[0]!);
        };
        const there = integrateOde(pendulum, [x, v], [0, end]).states[1]!;
        const back = integrateOde(pendulum, there, [end, 0]).states[1]!;
        expect(largestDifference(back, [x, v])).toBeLessThan(1e-6);
      }),
      { numRuns: 40 },
    );
  });

  it("a convex quadratic is minimised at its centre from anywhere", () => {
    fc.assert(
      fc.property(lists(100), lists(100), (start, centre) => {
        const n = Math.min(start.length, centre.length);
        const result = minimizeLbfgs(
          (x, g) => {
            let value = 0;
            for (let i = 0; i < n; i++) {
              g[i] = (1 + i) * (x[i]! - centre[i]!);
              value += 0.5 * (1 + i) * (x[i]! - centre[i]!) ** 2;
            }
            return value;
          },
          start.slice(0, n),
        );
        expect(result.converged).toBe(true);
        expect(largestDifference(result.x, centre.slice(0, n))).toBeLessThan(1e-7);
      }),
    );
  });
});

describe("statistics", () => {
  it("sums are exact for integers in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), seeds, (values, seed) => {
        const exact = Number(values.reduce((sum, v) => sum + BigInt(v), 0n));
        expect(compensatedSum(values)).toBe(exact);
        const order = createStream(seed).permutation(values.length);
        expect(compensatedSum(Array.from(order, (i) => values[i]!))).toBe(exact);
      }),
    );
  });

  it("means shift and scale with the samples, errors scale only", () => {
    fc.assert(
      fc.property(
        lists(100, 2),
        finite(100),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (values, shift, scale) => {
          const plain = meanWithError(values);
          const moved = meanWithError(values.map((v) => scale * v + shift));
          expect(Math.abs(moved.value - scale * plain.value - shift)).toBeLessThan(1e-11);
          expect(Math.abs(moved.stderr! - scale * plain.stderr!)).toBeLessThan(1e-11);
          const equal = weightedMean(
            values,
            values.map(() => scale),
          );
          expect(Math.abs(equal.value - plain.value)).toBeLessThan(1e-11);
        },
      ),
    );
  });

  it("a line fit recovers a line and its residuals are orthogonal to x", () => {
    fc.assert(
      fc.property(finite(10), finite(10), lists(10, 3), (intercept, slope, noise) => {
        const x = noise.map((_, i) => i);
        const exact = fitLine(
          x,
          x.map((t) => intercept + slope * t),
        );
        expect(Math.abs(exact.slope.value - slope)).toBeLessThan(1e-11);
        const y = x.map((t, i) => intercept + slope * t + noise[i]!);
        const fit = fitLine(x, y);
        const residual = y.map((v, i) => v - fit.intercept.value - fit.slope.value * x[i]!);
        expect(Math.abs(compensatedSum(residual))).toBeLessThan(1e-9);
        expect(Math.abs(compensatedSum(residual.map((r, i) => r * x[i]!)))).toBeLessThan(1e-8);
      }),
    );
  });

  it("quantiles are monotonic and within the sample; histograms lose nothing", () => {
    fc.assert(
      fc.property(lists(1e6), fc.integer({ min: 1, max: 40 }), (values, bins) => {
        const found = quantiles(values, [0, 0.2, 0.5, 0.9, 1]);
        expect(found[0] === Math.min(...values)).toBe(true);
        expect(found[4] === Math.max(...values)).toBe(true);
        for (let i = 1; i < 5; i++) expect(found[i]!).toBeGreaterThanOrEqual(found[i - 1]!);
        const low = Math.min(...values);
        const high = Math.max(...values);
        fc.pre(low === high || high - low > 1e-9);
        const { counts, below, above } = histogram(values, { bins });
        expect(compensatedSum(counts) + below + above).toBe(values.length);
        expect(below + above).toBe(0);
      }),
    );
  });
});
