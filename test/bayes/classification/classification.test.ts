import { describe, expect, it } from "vitest";
import {
  type BinaryClassification,
  type ClassificationTask,
  solveExpectationPropagation,
  solveLaplaceClassifier,
  solveSoftmaxClassifier,
} from "../../../src/bayes/classification/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import {
  createStream,
  factorCholesky,
  gaussHermite,
  type Matrix,
  normalCdf,
} from "../../../src/numerics/index.ts";
import fixture from "../../fixtures/bayes-classification.json" with { type: "json" };

const algebra = await loadKernels();

function kernelOf(left: readonly number[][], right: readonly number[][], amplitude = 4): Matrix {
  return {
    rows: left.length,
    cols: right.length,
    data: Float64Array.from(
      left.flatMap((x) =>
        right.map((y) => {
          const square = x.reduce((sum, value, k) => sum + (value - (y[k] as number)) ** 2, 0);
          return amplitude * Math.exp(-square / (2 * 0.81));
        }),
      ),
    ),
  };
}

function taskOf(
  inputs: number[][],
  labels: number[],
  testInputs: number[][],
  amplitude = 4,
): ClassificationTask {
  return {
    train: kernelOf(inputs, inputs, amplitude),
    cross: kernelOf(testInputs, inputs, amplitude),
    diagonal: new Float64Array(testInputs.length).fill(amplitude),
    labels,
  };
}

const task = taskOf(fixture.inputs, fixture.labels, fixture.testInputs);
const near = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void => {
  expect(a).toHaveLength(b.length);
  Array.from(a).forEach((value, i) => {
    expect(Math.abs(value - (b[i] as number))).toBeLessThan(tolerance);
  });
};

/** Exact posterior of three latent values and one test value by a grid: evidence and P(class 1). */
function integrate(
  { train, cross, diagonal, labels }: ClassificationTask,
  link: (f: number) => number,
): { evidence: number; probability: number } {
  const size = labels.length;
  const joint = new Float64Array((size + 1) ** 2);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) joint[i * (size + 1) + j] = train.data[i * size + j] as number;
    joint[i * (size + 1) + size] = cross.data[i] as number;
    joint[size * (size + 1) + i] = cross.data[i] as number;
  }
  joint[(size + 1) ** 2 - 1] = diagonal[0] as number;
  const factor = factorCholesky({ rows: size + 1, cols: size + 1, data: joint }).data;
  const { nodes, weights } = gaussHermite(20);
  let [evidence, positive] = [0, 0];
  const z = new Float64Array(size + 1);
  const visit = (level: number, weight: number): void => {
    if (level === size + 1) {
      let chance = weight;
      let f = 0;
      for (let i = 0; i <= size; i++) {
        f = 0;
        for (let k = 0; k <= i; k++) f += (factor[i * (size + 1) + k] as number) * (z[k] as number);
        if (i < size) chance *= link(labels[i] === 1 ? f : -f);
      }
      evidence += chance;
      positive += chance * link(f);
      return;
    }
    for (let n = 0; n < nodes.length; n++) {
      z[level] = nodes[n] as number;
      visit(level + 1, weight * (weights[n] as number));
    }
  };
  visit(0, 1);
  return { evidence, probability: positive / evidence };
}

const tiny = (amplitude: number): ClassificationTask =>
  taskOf(
    [
      [0, 0],
      [0.7, 0.2],
      [-0.9, 0.4],
    ],
    [1, 1, 0],
    [[0.5, -0.3]],
    amplitude,
  );
const logistic = (f: number): number => 1 / (1 + Math.exp(-f));

describe("Laplace classifier", () => {
  it("repeats scikit-learn", () => {
    const solved = solveLaplaceClassifier(task, algebra);
    expect(solved.converged).toBe(true);
    near(solved.latentMean, fixture.latentMean, 1e-6);
    near(solved.latentVariance, fixture.latentVariance, 1e-6);
    expect(solved.logEvidence).toBeCloseTo(fixture.logEvidence, 6);
    // theirs averages the logistic function to about 1e-3 only
    near(solved.probability, fixture.probability, 2e-3);
  });

  it("is near to exact integrals, and tends to them for small latent functions", () => {
    for (const [amplitude, tolerance] of [
      [0.05, 2e-5],
      [0.5, 1e-3],
      // the approximation's own error where latent functions are large
      [4, 0.03],
    ] as const) {
      const { evidence, probability } = integrate(tiny(amplitude), logistic);
      const solved = solveLaplaceClassifier(tiny(amplitude), algebra);
      expect(Math.abs((solved.probability[0] as number) - probability)).toBeLessThan(tolerance);
      expect(Math.abs(Math.exp(solved.logEvidence) - evidence)).toBeLessThan(tolerance);
    }
  });

  it("stands at the mode: K^{-1} f is the slope of the likelihood", () => {
    const { trainLatent } = solveLaplaceClassifier(task, algebra);
    const slope = trainLatent.map((f, p) => (fixture.labels[p] as number) - logistic(f));
    near(algebra.multiply(task.train, { rows: 12, cols: 1, data: slope }).data, trainLatent, 1e-8);
  });

  it("averages over wide latent functions", () => {
    const wide = { ...task, diagonal: new Float64Array(5).fill(1e6) };
    const { probability } = solveLaplaceClassifier(wide, algebra);
    near(probability, new Float64Array(5).fill(0.5), 2e-3);
  });
});

describe("expectation propagation", () => {
  it("is exact to about 1e-3 on tiny problems", () => {
    for (const amplitude of [0.1, 1, 4]) {
      const { evidence, probability } = integrate(tiny(amplitude), normalCdf);
      const solved = solveExpectationPropagation(tiny(amplitude), algebra);
      expect(solved.converged).toBe(true);
      expect(Math.abs((solved.probability[0] as number) - probability)).toBeLessThan(2e-3);
      expect(Math.abs(Math.exp(solved.logEvidence) - evidence)).toBeLessThan(1e-3);
    }
  });

  it("is exact for one example", () => {
    const one = taskOf([[0, 0]], [1], [[0.5, 0]]);
    const { evidence, probability } = integrate(one, normalCdf);
    const solved = solveExpectationPropagation(one, algebra);
    expect(Math.exp(solved.logEvidence)).toBeCloseTo(0.5, 12);
    expect(evidence).toBeCloseTo(0.5, 6);
    // P(y* = 1 | y = 1) = 1/2 + asin(rho) / pi, rho = k* / (1 + k)
    const rho = (4 * Math.exp(-0.25 / 1.62)) / 5;
    expect(probability).toBeCloseTo(0.5 + Math.asin(rho) / Math.PI, 3);
    expect(solved.probability[0]).toBeCloseTo(0.5 + Math.asin(rho) / Math.PI, 2);
  });

  it("agrees in sign with Laplace on the larger problem, and is symmetric in the classes", () => {
    const solved = solveExpectationPropagation(task, algebra);
    const laplace = solveLaplaceClassifier(task, algebra);
    solved.latentMean.forEach((value, m) => {
      expect(Math.sign(value)).toBe(Math.sign(laplace.latentMean[m] as number));
    });
    const flipped = (solve: (t: ClassificationTask) => BinaryClassification): void => {
      const plain = solve(task);
      const turned = solve({ ...task, labels: fixture.labels.map((label) => 1 - label) });
      near(
        turned.probability,
        plain.probability.map((p) => 1 - p),
        1e-8,
      );
      expect(turned.logEvidence).toBeCloseTo(plain.logEvidence, 8);
    };
    flipped((t) => solveExpectationPropagation(t, algebra));
    flipped((t) => solveLaplaceClassifier(t, algebra));
  });
});

describe("softmax classifier", () => {
  it("is the binary classifier of kernel 2 K with two classes", () => {
    const double = (k: Matrix): Matrix => ({ ...k, data: k.data.map((value) => 2 * value) });
    const binary = solveLaplaceClassifier(
      {
        ...task,
        train: double(task.train),
        cross: double(task.cross),
        diagonal: task.diagonal.map((k) => 2 * k),
      },
      algebra,
    );
    const softmax = solveSoftmaxClassifier(task, algebra, {
      classes: 2,
      stream: createStream(1),
      draws: 20_000,
    });
    expect(softmax.logEvidence).toBeCloseTo(binary.logEvidence, 8);
    binary.latentMean.forEach((mean, m) => {
      const [a, b] = [softmax.latentMean.data[2 * m] as number, softmax.latentMean.data[2 * m + 1] as number];
      expect(b - a).toBeCloseTo(mean, 7);
      const [aa, ab, , bb] = softmax.latentCovariance.data.slice(4 * m, 4 * m + 4) as unknown as number[];
      expect((aa as number) + (bb as number) - 2 * (ab as number)).toBeCloseTo(
        binary.latentVariance[m] as number,
        7,
      );
      const error = softmax.stderr.data[2 * m + 1] as number;
      expect(
        Math.abs((softmax.probability.data[2 * m + 1] as number) - (binary.probability[m] as number)),
      ).toBeLessThan(4 * error);
    });
  });

  it("stands at its mode with three classes, and its probabilities sum to 1", () => {
    const labels = [0, 1, 2, 0, 1, 2, 2, 1, 0, 0, 1, 2];
    const solved = solveSoftmaxClassifier({ ...task, labels }, algebra, {
      classes: 3,
      stream: createStream(2),
    });
    expect(solved.converged).toBe(true);
    const latent = solved.trainLatent.data;
    const slope = latent.map((f, at) => {
      const row = latent.slice(at - (at % 3), at - (at % 3) + 3);
      const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
      return (labels[Math.floor(at / 3)] === at % 3 ? 1 : 0) - Math.exp(f) / total;
    });
    near(algebra.multiply(task.train, { rows: 12, cols: 3, data: slope }).data, latent, 1e-7);
    for (let m = 0; m < 5; m++) {
      const row = solved.probability.data.slice(3 * m, 3 * m + 3);
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 10);
    }
  });

  it("comes near to importance sampling of the prior with three classes", () => {
    const labels = [0, 2, 1];
    const three = { ...tiny(1), labels };
    const joint = taskOf(
      [
        [0, 0],
        [0.7, 0.2],
        [-0.9, 0.4],
        [0.5, -0.3],
      ],
      [0, 0, 0, 0],
      [[0, 0]],
      1,
    );
    const factor = factorCholesky(joint.train).data;
    const stream = createStream(8);
    const sums = new Float64Array(4);
    for (let t = 0; t < 60_000; t++) {
      const z = Float64Array.from({ length: 12 }, () => stream.normal());
      const f = (p: number, c: number): number => {
        let sum = 0;
        for (let k = 0; k <= p; k++) sum += (factor[p * 4 + k] as number) * (z[3 * k + c] as number);
        return sum;
      };
      const chance = (p: number, c: number): number =>
        Math.exp(f(p, c)) / (Math.exp(f(p, 0)) + Math.exp(f(p, 1)) + Math.exp(f(p, 2)));
      const weight = labels.reduce((product, label, p) => product * chance(p, label), 1);
      sums[3] = (sums[3] as number) + weight;
      for (let c = 0; c < 3; c++) sums[c] = (sums[c] as number) + weight * chance(3, c);
    }
    const exact = sums.slice(0, 3).map((value) => value / (sums[3] as number));
    const solved = solveSoftmaxClassifier(three, algebra, {
      classes: 3,
      stream: createStream(2),
      draws: 20_000,
    });
    near(solved.probability.data, exact, 0.015);
    expect(Math.abs(solved.logEvidence - Math.log((sums[3] as number) / 60_000))).toBeLessThan(0.08);
  });
});

describe("bad input of classifiers", () => {
  it("names labels, sizes and empty sets", () => {
    expect(() =>
      solveLaplaceClassifier({ ...task, labels: [...fixture.labels.slice(1), 2] }, algebra),
    ).toThrow(/label 2 at example 11/);
    expect(() => solveExpectationPropagation({ ...task, labels: [1] }, algebra)).toThrow(/1 labels/);
    expect(() => solveLaplaceClassifier({ ...task, labels: [] }, algebra)).toThrow(/no training examples/);
    const options = { classes: 1, stream: createStream(1) };
    expect(() => solveSoftmaxClassifier(task, algebra, options)).toThrow(/1 classes/);
    const train = { ...task.train, data: task.train.data.map(() => Number.NaN) };
    expect(() => solveLaplaceClassifier({ ...task, train }, algebra)).toThrow(/NaN/);
  });

  it("reports when it stopped early", () => {
    const short = solveLaplaceClassifier(task, algebra, { maxIterations: 1 });
    expect([short.converged, short.iterations]).toEqual([false, 1]);
    expect(short.residual).toBeGreaterThan(1e-6);
  });
});
