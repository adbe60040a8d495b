import { describe, expect, it } from "vitest";
import {
  analyzeBinning,
  autocorrelationFunction,
  autocorrelationTime,
  bootstrap,
  compensatedSum,
  createStream,
  fitLine,
  histogram,
  jackknife,
  meanWithError,
  quantiles,
  type RandomStream,
  weightedMean,
} from "../../src/numerics/index.ts";
import { fixture, largestDifference, relativeError } from "./fixture.ts";

interface StatisticsFixture {
  sample: number[];
  mean: number;
  stderr: number;
  probabilities: number[];
  quantiles: number[];
  histogram: { counts: number[]; edges: number[] };
  line: { x: number[]; y: number[]; errors: number[]; plain: number[]; weighted: number[] };
}
const reference = fixture<StatisticsFixture>("statistics");

const average = (x: readonly number[]): number => x.reduce((sum, v) => sum + v, 0) / x.length;

/** Stationary AR(1) sequence of unit variance; tau = (1 + a) / (1 - a) / 2. */
function autoregressive(stream: RandomStream, n: number, a: number): Float64Array {
  let x = stream.normal();
  const noise = Math.sqrt(1 - a * a);
  return Float64Array.from({ length: n }, () => {
    const current = x;
    x = a * x + noise * stream.normal();
    return current;
  });
}

/** Fraction of `runs` whose interval value +- stderr contains the truth. */
function coverage(
  runs: number,
  truth: number,
  run: (stream: RandomStream) => { value: number; stderr: number | null },
) {
  const root = createStream(2024);
  let inside = 0;
  for (let r = 0; r < runs; r++) {
    const { value, stderr } = run(root.fork(r));
    if (Math.abs(value - truth) <= stderr!) inside += 1;
  }
  return inside / runs;
}

/** Normal coverage of one standard error, and four standard deviations of the measured fraction around it. */
const ONE_SIGMA = 0.6827;
const allowance = (runs: number): number => 4 * Math.sqrt((ONE_SIGMA * (1 - ONE_SIGMA)) / runs);

describe("sums and means", () => {
  it("sums without loss where plain addition loses everything", () => {
    expect(compensatedSum([1, 1e100, 1, -1e100])).toBe(2);
    expect(compensatedSum(new Float64Array(100_000).fill(0.1))).toBe(10_000);
    expect(compensatedSum([])).toBe(0);
    expect(compensatedSum([1, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
    expect(compensatedSum([1, Number.NaN])).toBeNaN();
  });

  it("agrees with numpy and scipy", () => {
    const { value, stderr, n } = meanWithError(reference.sample);
    expect(relativeError(value, reference.mean)).toBeLessThan(1e-15);
    expect(relativeError(stderr!, reference.stderr)).toBeLessThan(1e-14);
    expect(n).toBe(41);
  });

  it("keeps the error of samples with a large common offset", () => {
    const shifted = [1, 2, 3, 4].map((x) => x + 1e9);
    expect(relativeError(meanWithError(shifted).stderr!, Math.sqrt(5 / 12))).toBeLessThan(1e-14);
  });

  it("says null for one sample and refuses none", () => {
    expect(meanWithError([3])).toMatchObject({ value: 3, stderr: null, n: 1 });
    expect(() => meanWithError([])).toThrow(/0 samples/);
  });

  it("covers the truth 68 % of the time, and less for few samples as documented", () => {
    const runs = 2000;
    const of = (n: number): number =>
      coverage(runs, 0, (stream) => meanWithError(Float64Array.from({ length: n }, () => stream.normal())));
    expect(Math.abs(of(50) - 0.678)).toBeLessThan(allowance(runs));
    // Student t with 2 degrees of freedom: P(|t| < 1) = 1 / sqrt 3.
    expect(Math.abs(of(3) - 1 / Math.sqrt(3))).toBeLessThan(allowance(runs));
  });

  it("weights by errors and reports the consistency", () => {
    const { value, stderr, chi2, degrees } = weightedMean([1, 2], [1, 0.5]);
    expect(value).toBeCloseTo(1.8, 14);
    expect(stderr).toBeCloseTo(Math.sqrt(0.2), 14);
    expect(chi2).toBeCloseTo(0.64 + 0.16, 14);
    expect(degrees).toBe(1);
    expect(() => weightedMean([1], [0])).toThrow(/errors\[0\] = 0/);
    expect(() => weightedMean([1, 2], [1])).toThrow(/2 values and 1 errors/);
    const errors = [0.5, 1, 2, 0.1];
    const covered = coverage(3000, 0, (s) =>
      weightedMean(
        errors.map((e) => e * s.normal()),
        errors,
      ),
    );
    expect(Math.abs(covered - ONE_SIGMA)).toBeLessThan(allowance(3000));
  });
});

describe("correlated samples", () => {
  it("finds tau of an AR(1) sequence with an error bar that covers", () => {
    for (const a of [0, 0.5, 0.9]) {
      const truth = (0.5 * (1 + a)) / (1 - a);
      const runs = 120;
      const covered = coverage(
        runs,
        truth,
        (stream) => autocorrelationTime(autoregressive(stream, 4000, a)).tau,
      );
      expect(Math.abs(covered - ONE_SIGMA)).toBeLessThan(allowance(runs));
    }
  });

  it("gives means whose errors cover, by autocorrelation and by binning", () => {
    const runs = 300;
    const byTime = coverage(runs, 0, (s) => autocorrelationTime(autoregressive(s, 2048, 0.8)).mean);
    const byBins = coverage(runs, 0, (s) => analyzeBinning(autoregressive(s, 2048, 0.8)).mean);
    const naive = coverage(runs, 0, (s) => meanWithError(autoregressive(s, 2048, 0.8)));
    expect(Math.abs(byTime - ONE_SIGMA)).toBeLessThan(allowance(runs));
    expect(Math.abs(byBins - ONE_SIGMA)).toBeLessThan(allowance(runs));
    expect(naive).toBeLessThan(0.35);
  });

  it("bins to the known autocorrelation time", () => {
    const result = analyzeBinning(autoregressive(createStream(3), 2 ** 17, 0.8));
    expect(result.converged).toBe(true);
    const { stderr, stderrError } = result.levels[result.level]!;
    expect(Math.abs(result.tau - 4.5)).toBeLessThan(4 * 2 * result.tau * (stderrError / stderr));
    expect(result.levels[0]!.bins).toBe(2 ** 17);
    expect(result.mean.stderr).toBe(result.levels[result.level]!.stderr);
  });

  it("says when the run is too short", () => {
    const short = autoregressive(createStream(4), 200, 0.99);
    expect(autocorrelationTime(short).converged).toBe(false);
    expect(analyzeBinning(short).converged).toBe(false);
  });

  it("handles constant samples", () => {
    const constant = new Float64Array(16).fill(2);
    expect(autocorrelationTime(constant)).toMatchObject({ mean: { value: 2, stderr: 0 }, converged: true });
    expect(analyzeBinning(constant)).toMatchObject({ mean: { value: 2, stderr: 0 }, converged: true });
    expect(Array.from(autocorrelationFunction([1, 1, 1]))).toEqual([1, 0, 0]);
  });

  it("computes the autocorrelation function of the definition", () => {
    const x = autoregressive(createStream(5), 37, 0.6);
    const mean = x.reduce((s, v) => s + v, 0) / 37;
    const direct = Float64Array.from(x, (_, t) => {
      let sum = 0;
      for (let i = 0; i + t < 37; i++) sum += (x[i]! - mean) * (x[i + t]! - mean);
      return sum;
    });
    expect(
      largestDifference(
        autocorrelationFunction(x),
        direct.map((c) => c / direct[0]!),
      ),
    ).toBeLessThan(1e-14);
  });
});

describe("resampling", () => {
  it("gives the jackknife error of the mean exactly, and the bias of the variance", () => {
    const { value, stderr, bias } = jackknife(reference.sample, average);
    expect(relativeError(value, reference.mean)).toBeLessThan(1e-14);
    expect(relativeError(stderr!, reference.stderr)).toBeLessThan(1e-12);
    expect(Math.abs(bias)).toBeLessThan(1e-11);
    const variance = (x: readonly number[]): number => average(x.map((v) => (v - average(x)) ** 2));
    const n = reference.sample.length;
    const biased = jackknife(reference.sample, variance);
    // The plug-in variance is low by s^2 / n; the jackknife finds exactly that.
    expect(relativeError(biased.bias, -(reference.stderr ** 2))).toBeLessThan(1e-9);
    expect(biased.n).toBe(n);
  });

  it("covers a ratio of correlated means 68 % of the time", () => {
    const runs = 400;
    const covered = coverage(runs, 2, (stream) => {
      const pairs = Array.from({ length: 60 }, () => {
        const shared = stream.normal();
        return [4 + shared + 0.3 * stream.normal(), 2 + 0.4 * shared] as const;
      });
      return jackknife(pairs, (p) => average(p.map((q) => q[0])) / average(p.map((q) => q[1])));
    });
    expect(Math.abs(covered - ONE_SIGMA)).toBeLessThan(allowance(runs));
  });

  it("covers the mean of correlated samples when blocks are long enough", () => {
    const runs = 200;
    const covered = coverage(runs, 0, (s) =>
      jackknife(autoregressive(s, 1600, 0.5), average, { blockSize: 32 }),
    );
    expect(Math.abs(covered - ONE_SIGMA)).toBeLessThan(allowance(runs));
  });

  it("bootstraps a median with coverage and reproducibly", () => {
    const runs = 200;
    const median = (x: readonly number[]): number => quantiles(x, [0.5])[0]!;
    const covered = coverage(runs, 0, (stream) => {
      const samples = Array.from({ length: 101 }, () => stream.normal());
      return bootstrap(samples, median, stream, { resamples: 100 });
    });
    expect(Math.abs(covered - ONE_SIGMA)).toBeLessThan(allowance(runs));
    const once = bootstrap(reference.sample, average, createStream(1), { resamples: 4000 });
    expect(bootstrap(reference.sample, average, createStream(1), { resamples: 4000 })).toEqual(once);
    const plugIn = reference.stderr * Math.sqrt(40 / 41);
    expect(relativeError(once.stderr!, plugIn)).toBeLessThan(4 / Math.sqrt(8000));
    expect(quantiles(once.resampled, [0.5])[0]).toBeCloseTo(reference.mean, 1);
  });

  it("refuses too few blocks", () => {
    expect(() => jackknife([1], average)).toThrow(/1 samples/);
    expect(() => jackknife([1, 2, 3], average, { blockSize: 2 })).toThrow(/blocks of 2/);
    expect(() => bootstrap([1, 2], average, createStream(1), { blockSize: 0 })).toThrow(/block size 0/);
  });
});

describe("line fit", () => {
  const { x, y, errors, plain, weighted } = reference.line;

  it("agrees with scipy linregress and numpy polyfit", () => {
    const { intercept, slope, r2 } = fitLine(x, y);
    const found = [intercept.value, intercept.stderr!, slope.value, slope.stderr!, r2];
    for (const [i, v] of found.entries()) expect(relativeError(v, plain[i]!)).toBeLessThan(1e-12);
    const fit = fitLine(x, y, errors);
    const given = [
      fit.intercept.value,
      fit.intercept.stderr!,
      fit.slope.value,
      fit.slope.stderr!,
      fit.covariance!,
    ];
    for (const [i, v] of given.entries()) expect(relativeError(v, weighted[i]!)).toBeLessThan(1e-12);
  });

  it("covers the slope 68 % of the time with given errors", () => {
    const runs = 3000;
    const covered = coverage(runs, -0.75, (s) => {
      return fitLine(
        x,
        x.map((t, i) => 1.25 - 0.75 * t + errors[i]! * s.normal()),
        errors,
      ).slope;
    });
    expect(Math.abs(covered - ONE_SIGMA)).toBeLessThan(allowance(runs));
  });

  it("says null when two points leave no residual, and refuses equal abscissae", () => {
    expect(fitLine([0, 1], [1, 3])).toMatchObject({ slope: { value: 2, stderr: null }, covariance: null });
    expect(() => fitLine([1, 1], [0, 1])).toThrow(/equal x/);
    expect(() => fitLine([1, 2, 3], [0, 1])).toThrow(/3 x, 2 y/);
  });
});

describe("quantiles and histograms", () => {
  it("agree with numpy", () => {
    expect(
      largestDifference(quantiles(reference.sample, reference.probabilities), reference.quantiles),
    ).toBeLessThan(1e-13);
    const { counts, edges, below, above } = histogram(reference.sample, { bins: 7, range: [7, 13] });
    expect(Array.from(counts)).toEqual(reference.histogram.counts);
    expect(largestDifference(edges, reference.histogram.edges)).toBeLessThan(1e-14);
    expect(below + above + counts.reduce((s, c) => s + c, 0)).toBe(reference.sample.length);
  });

  it("give a density that integrates to one and keep the largest sample", () => {
    const { density, edges, counts } = histogram(reference.sample, { bins: 9 });
    expect(density.reduce((s, d) => s + d * (edges[1]! - edges[0]!), 0)).toBeCloseTo(1, 13);
    expect(counts.at(-1)).toBeGreaterThan(0);
    expect(histogram([2, 2], { bins: 1 }).counts[0]).toBe(2);
  });

  it("refuse bad input", () => {
    expect(() => quantiles([], [0.5])).toThrow(/0 samples/);
    expect(() => quantiles([1, Number.NaN], [0.5])).toThrow(/NaN/);
    expect(() => quantiles([1], [1.5])).toThrow(/probability 1.5/);
    expect(() => histogram([1], { bins: 0 })).toThrow(/0 bins/);
    expect(() => histogram([1], { range: [2, 2] })).toThrow(/range \[2, 2\]/);
    expect(() => histogram([Number.NaN])).toThrow(/range/);
  });
});
