import { describe, expect, it } from "vitest";
import {
  predictGradientFlow,
  solveDeepLinearScale,
  solveDenseKernels,
  solveGaussianProcess,
  solveKernelDiagonal,
  solveStudentTProcess,
  studentTScale,
  uniformKernelSpec,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, type Matrix } from "../../../src/numerics/index.ts";
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();
const noise = 0.1;

function erfTask(depth: number) {
  const task = referenceTask(20, 30, 1);
  const spec = uniformKernelSpec(resolveActivation("erf"), depth, { weightVariance: 1, biasVariance: 0 });
  const train = solveDenseKernels(spec, task.inputs, null, algebra);
  const cross = solveDenseKernels(spec, task.testInputs, task.inputs, algebra);
  const diagonal = solveKernelDiagonal(spec, task.testInputs);
  return { train, cross, diagonal, targets: { rows: 30, cols: 1, data: task.targets }, task };
}

const without = ({ rows, cols, data }: Matrix, skipRow: number, skipColumn: number | null): Matrix => {
  const kept = [...data].filter(
    (_, at) => Math.floor(at / cols) !== skipRow && (skipColumn === null || at % cols !== skipColumn),
  );
  return { rows: rows - 1, cols: skipColumn === null ? cols : cols - 1, data: Float64Array.from(kept) };
};

describe("Gaussian-process regression", () => {
  const { train, cross, diagonal, targets } = erfTask(1);
  const problem = { train: train.nngp, cross: cross.nngp, diagonal, targets };
  const solved = solveGaussianProcess(problem, noise, algebra);

  it("repeats the reference of infinite width", () => {
    // test/fixtures/bayes-reference.json, N1 = 10^6: q is 1.00001
    expect(solved.mean.data[0]).toBeCloseTo(0.5690756610586325, 5);
    expect(solved.variance[0]).toBeCloseTo(0.17308842059961582, 5);
  });

  it("repeats the formula with a general solver", () => {
    const shifted = { ...train.nngp, data: train.nngp.data.map((k, at) => (at % 31 === 0 ? k + noise : k)) };
    const weights = algebra.solve(shifted, targets);
    const mean = algebra.multiply(cross.nngp, weights);
    mean.data.forEach((value, m) => {
      expect(solved.mean.data[m]).toBeCloseTo(value, 11);
    });
    const { logAbs: logDeterminant } = algebra.logDeterminant(shifted);
    const fit = targets.data.reduce((sum, y, p) => sum + y * (weights.data[p] as number), 0);
    const evidence = -0.5 * (fit + logDeterminant + 30 * Math.log(2 * Math.PI));
    expect(solved.logEvidence).toBeCloseTo(evidence, 9);
  });

  it("leaves one out as if it had never been there", () => {
    for (const i of [0, 13, 29]) {
      const rest = without(train.nngp, i, i);
      const row = {
        rows: 1,
        cols: 29,
        data: Float64Array.from([...train.nngp.data.slice(i * 30, i * 30 + 30)].filter((_, p) => p !== i)),
      };
      const own = Float64Array.of(train.nngp.data[i * 31] as number);
      const alone = solveGaussianProcess(
        { train: rest, cross: row, diagonal: own, targets: without(targets, i, null) },
        noise,
        algebra,
      );
      expect(solved.leaveOneOut.mean.data[i]).toBeCloseTo(alone.mean.data[0] as number, 10);
      expect(solved.leaveOneOut.variance[i]).toBeCloseTo((alone.variance[0] as number) + noise, 10);
    }
  });

  it("is calibrated on functions of its own prior", () => {
    // functions drawn from the joint prior: squared errors over predicted variances average to 1
    const { task } = erfTask(1);
    const joint = {
      rows: 80,
      cols: 20,
      data: Float64Array.from([...task.inputs.data, ...task.testInputs.data]),
    };
    const spec = uniformKernelSpec(resolveActivation("erf"), 1, { weightVariance: 1, biasVariance: 0 });
    const factor = algebra.cholesky(solveDenseKernels(spec, joint, null, algebra).nngp);
    const stream = createStream(5);
    const draws = 40;
    const ratios: number[] = [];
    for (let d = 0; d < draws; d++) {
      const z = { rows: 80, cols: 1, data: Float64Array.from({ length: 80 }, () => stream.normal()) };
      const f = algebra.multiply(factor, z).data;
      const y = f.slice(0, 30).map((value) => value + Math.sqrt(noise) * stream.normal());
      const { mean, variance } = solveGaussianProcess(
        { ...problem, targets: { rows: 30, cols: 1, data: y } },
        noise,
        algebra,
      );
      const squares = mean.data.map(
        (value, m) => ((f[30 + m] as number) - value) ** 2 / (variance[m] as number),
      );
      ratios.push(squares.reduce((sum, value) => sum + value, 0) / squares.length);
    }
    const average = ratios.reduce((sum, value) => sum + value, 0) / draws;
    const scatter = Math.sqrt(ratios.reduce((sum, value) => sum + (value - average) ** 2, 0) / draws ** 2);
    expect(Math.abs(average - 1)).toBeLessThan(4 * scatter);
  });

  it("says what is singular", () => {
    const flat = { rows: 2, cols: 2, data: new Float64Array(4).fill(1) };
    const bad = {
      train: flat,
      cross: flat,
      diagonal: Float64Array.of(1, 1),
      targets: { rows: 2, cols: 1, data: Float64Array.of(1, 2) },
    };
    expect(() => solveGaussianProcess(bad, 0, algebra)).toThrow(/2 inputs plus noise 0 is singular/);
    expect(() => solveGaussianProcess(bad, -1, algebra)).toThrow(/noise -1/);
    expect(() => solveGaussianProcess({ ...bad, diagonal: Float64Array.of(1) }, 1, algebra)).toThrow(
      /1 variances/,
    );
  });
});

describe("gradient flow", () => {
  const { train, cross, diagonal, targets } = erfTask(2);
  const task = {
    nngp: { train: train.nngp, cross: cross.nngp, diagonal },
    ntk: { train: train.ntk, cross: cross.ntk },
    targets,
  };

  it("starts at the prior and ends at kernel regression", () => {
    const [start, end] = predictGradientFlow(task, [0, Number.POSITIVE_INFINITY], algebra);
    expect(Math.max(...(start?.mean.data ?? [1]).map(Math.abs))).toBe(0);
    expect(start?.variance[3]).toBeCloseTo(diagonal[3] as number, 12);
    const weights = algebra.solve(train.ntk, targets);
    algebra.multiply(cross.ntk, weights).data.forEach((value, m) => {
      expect(end?.mean.data[m]).toBeCloseTo(value, 9);
    });
    expect(end?.trainError).toBeCloseTo(0, 12);
    end?.trainMean.data.forEach((value, p) => {
      expect(value).toBeCloseTo(targets.data[p] as number, 9);
    });
  });

  it("ends at the posterior when only the readout learns", () => {
    const readout = { nngp: task.nngp, ntk: task.nngp, targets };
    const [end] = predictGradientFlow(readout, [Number.POSITIVE_INFINITY], algebra);
    const exact = solveGaussianProcess({ ...task.nngp, targets }, 0, algebra);
    end?.variance.forEach((value, m) => {
      expect(value).toBeCloseTo(exact.variance[m] as number, 9);
    });
  });

  it("is followed by gradient descent of linear models", () => {
    // f = w.x / sqrt(N0), w ~ N(0, 1): both kernels are x.y / N0, and small steps are the flow
    const { task: data } = erfTask(0);
    const spec = uniformKernelSpec(resolveActivation("linear"), 0, { weightVariance: 1, biasVariance: 0 });
    const own = solveDenseKernels(spec, data.inputs, null, algebra);
    const other = solveDenseKernels(spec, data.testInputs, data.inputs, algebra);
    const prior = {
      train: own.nngp,
      cross: other.nngp,
      diagonal: solveKernelDiagonal(spec, data.testInputs),
    };
    const time = 0.8;
    const [theory] = predictGradientFlow({ nngp: prior, ntk: prior, targets }, [time], algebra);
    const steps = 400;
    const stream = createStream(11);
    const models = 400;
    const outputs = Array.from({ length: models }, () => {
      const w = Float64Array.from({ length: 20 }, () => stream.normal());
      for (let s = 0; s < steps; s++) {
        const gradient = new Float64Array(20);
        for (let p = 0; p < 30; p++) {
          let f = 0;
          for (let k = 0; k < 20; k++)
            f += ((w[k] as number) * (data.inputs.data[p * 20 + k] as number)) / Math.sqrt(20);
          const gap = f - (data.targets[p] as number);
          for (let k = 0; k < 20; k++) {
            gradient[k] =
              (gradient[k] as number) + (gap * (data.inputs.data[p * 20 + k] as number)) / Math.sqrt(20);
          }
        }
        for (let k = 0; k < 20; k++) w[k] = (w[k] as number) - (time / steps) * (gradient[k] as number);
      }
      let f = 0;
      for (let k = 0; k < 20; k++)
        f += ((w[k] as number) * (data.testInputs.data[k] as number)) / Math.sqrt(20);
      return f;
    });
    const mean = outputs.reduce((sum, f) => sum + f, 0) / models;
    const variance = outputs.reduce((sum, f) => sum + (f - mean) ** 2, 0) / (models - 1);
    const expected = theory?.variance[0] as number;
    expect(Math.abs(mean - (theory?.mean.data[0] as number))).toBeLessThan(4 * Math.sqrt(expected / models));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / models));
  });

  it("repeats golden values of two ReLU layers with biases", () => {
    // sines and cosines as inputs; independent calculation in 30 digits. Times there are those of the mean over 3 targets.
    const grid = (rows: number, cols: number, f: (i: number, j: number) => number): Matrix => ({
      rows,
      cols,
      data: Float64Array.from({ length: rows * cols }, (_, at) => f(Math.floor(at / cols), at % cols)),
    });
    const x = grid(3, 4, (i, j) => Math.sin(1 + 7 * i + 3 * j + i * j));
    const other = grid(2, 4, (i, j) => Math.cos(2 + 5 * i + 11 * j + 2 * i * j));
    const spec = uniformKernelSpec(resolveActivation("relu"), 2, { weightVariance: 2, biasVariance: 0.0025 });
    const own = solveDenseKernels(spec, x, null, algebra);
    const between = solveDenseKernels(spec, other, x, algebra);
    const nngp = {
      train: own.nngp,
      cross: between.nngp,
      diagonal: solveKernelDiagonal(spec, other),
      test: solveDenseKernels(spec, other, null, algebra).nngp,
    };
    const y = { rows: 3, cols: 1, data: Float64Array.of(1, -1, 0.5) };
    const [end, first, tenth] = predictGradientFlow(
      { nngp, ntk: { train: own.ntk, cross: between.ntk }, targets: y },
      [Number.POSITIVE_INFINITY, 1 / 3, 10 / 3],
      algebra,
    );
    const near = (values: ArrayLike<number> | undefined, expected: readonly number[]): void => {
      expected.forEach((value, at) => {
        expect(Math.abs((values?.[at] as number) - value)).toBeLessThan(1e-9);
      });
    };
    near(end?.mean.data, [0.302529378484, 0.275152529744]);
    near(end?.covariance?.data, [0.4519903825, -0.0589759857, -0.0589759857, 0.0593265958]);
    near(end?.variance, [0.4519903825, 0.0593265958]);
    near(first?.mean.data, [0.224073397169, 0.205117732931]);
    near(first?.variance, [0.537750034705, 0.093368268953]);
    near(tenth?.mean.data, [0.302712454414, 0.275286871613]);
    near(tenth?.variance, [0.4520009164, 0.059330069421]);
    const exact = solveGaussianProcess({ ...nngp, targets: y }, 0, algebra);
    near(exact.mean.data, [0.433463299692, 0.280183885887]);
    near(exact.variance, [0.41176300052, 0.05753792432]);
  });

  it("refuses negative times", () => {
    expect(() => predictGradientFlow(task, [-1], algebra)).toThrow(/time -1/);
  });
});

describe("Student-t process", () => {
  it("has the reference factors", () => {
    for (const [degrees, factor] of [
      [5, 1.5358000537],
      [20, 1.3683625369],
      [100, 1.1381359513],
    ] as const) {
      expect(studentTScale({ degrees, examples: 30, beta: 47.68140177 }).factor).toBeCloseTo(factor, 9);
    }
    expect(() => studentTScale({ degrees: 2, examples: 30, beta: 1 })).toThrow(/nu 2/);
  });

  it("has the mean of the Gaussian process, its factor, and its evidence", () => {
    const { train, cross, diagonal, targets } = erfTask(1);
    const task = { train: train.nngp, cross: cross.nngp, diagonal, targets };
    const gaussian = solveGaussianProcess(task, noise, algebra);
    const solved = solveStudentTProcess(task, { degrees: 5, noise }, algebra);
    expect(solved.mean.data).toEqual(gaussian.mean.data);
    solved.variance.forEach((value, m) => {
      expect(value).toBeCloseTo(solved.scale.factor * (gaussian.variance[m] as number), 12);
    });
    // the evidence averages that of Gaussian processes over the random scale: (nu - 2) over chi-squared of nu
    const degrees = 5;
    const logs: number[] = [];
    const steps = 4000;
    for (let i = 0; i < steps; i++) {
      const logScale = -6 + (12 * (i + 0.5)) / steps;
      const precision = Math.exp(-logScale);
      const x = (degrees - 2) * precision;
      // density of log x for chi-squared, Gamma(5/2) = 3 sqrt(pi) / 4
      const logPrior = (degrees / 2) * Math.log(x / 2) - x / 2 - Math.log((3 * Math.sqrt(Math.PI)) / 4);
      const logLikelihood =
        gaussian.logEvidence + solved.beta / 2 - (precision * solved.beta) / 2 - (30 / 2) * logScale;
      logs.push(logPrior + logLikelihood);
    }
    const largest = Math.max(...logs);
    const total = logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) * (12 / steps);
    expect(solved.logEvidence).toBeCloseTo(largest + Math.log(total), 5);
    // many degrees of freedom: the Gaussian process
    const wide = solveStudentTProcess(task, { degrees: 1e8, noise }, algebra);
    expect(wide.scale.factor).toBeCloseTo(1, 5);
    expect(wide.logEvidence).toBeCloseTo(gaussian.logEvidence, 4);
    const two = { ...task, targets: { rows: 30, cols: 2, data: new Float64Array(60) } };
    expect(() => solveStudentTProcess(two, { degrees: 5, noise }, algebra)).toThrow(/2 outputs/);
  });

  it("agrees with finite width to first order in 1 / N for nu = N, and where data dominate", () => {
    const [examples, beta] = [30, 47.68140177];
    const scales = (width: number): [number, number] => [
      studentTScale({ degrees: width, examples, beta }).factor,
      solveDeepLinearScale({ depth: 1, weightVariance: 1, load: examples / width, ratio: beta / examples }).u,
    ];
    const gap = (width: number): number => Math.abs(scales(width)[0] - scales(width)[1]);
    expect(gap(1000) / gap(10_000)).toBeGreaterThan(80);
    const [student, network] = scales(10_000);
    expect(student - 1).toBeCloseTo((beta - examples) / 10_000, 4);
    expect(network - 1).toBeCloseTo((beta - examples) / 10_000, 4);
    // few degrees, few units: the scale that the data have
    expect(
      solveDeepLinearScale({ depth: 1, weightVariance: 1, load: 1e9, ratio: beta / examples }).u,
    ).toBeCloseTo(beta / examples, 6);
  });
});
