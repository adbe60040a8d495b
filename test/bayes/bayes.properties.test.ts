/** Properties of regression, classification and finite width that hold for any data. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  calibrateVariance,
  deepLinearThreshold,
  matrixOperator,
  prepareKernelPreconditioner,
  type RegressionTask,
  solveConjugateGradients,
  solveDeepEffectiveAction,
  solveDeepLinearScale,
  solveExpectationPropagation,
  solveLaplaceClassifier,
  solveMultiOutputAction,
} from "../../src/bayes/index.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { resolveActivation } from "../../src/networks/index.ts";
import { createStream, type Matrix } from "../../src/numerics/index.ts";

const algebra = await loadKernels();
const seeds = fc.integer({ min: 1, max: 1_000_000 });
const runs = { numRuns: 15 };

function drawTask(seed: number, examples: number): RegressionTask {
  const stream = createStream(seed);
  const fill = (count: number): Float64Array => {
    const data = new Float64Array(count);
    stream.fillNormal(data);
    return data;
  };
  return {
    inputs: { rows: examples, cols: 6, data: fill(6 * examples) },
    targets: fill(examples),
    testInputs: { rows: 4, cols: 6, data: fill(24) },
    testTargets: fill(4),
  };
}

const near = (a: number, b: number, relative: number): void =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(relative * Math.max(1e-9, Math.abs(a), Math.abs(b)));

describe("finite width", () => {
  it("scales: targets by s, temperature and readout variance by s^2, errors by s^2", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.constantFrom("vanilla" as const, "nested" as const, "full" as const),
        (seed, s, form) => {
          const task = drawTask(seed, 8);
          const scaled = {
            ...task,
            targets: task.targets.map((y) => s * y),
            testTargets: task.testTargets.map((y) => s * y),
          };
          const options = { activation: resolveActivation("erf"), widths: [12, 9], form };
          const plain = solveDeepEffectiveAction(task, { ...options, temperature: 0.1 }, algebra);
          const other = solveDeepEffectiveAction(
            scaled,
            { ...options, temperature: 0.1 * s * s, readoutPrecision: 1 / (s * s) },
            algebra,
          );
          near(other.prediction.error, s * s * plain.prediction.error, 1e-5);
          near(other.layerScales[0]?.value ?? 0, plain.layerScales[0]?.value ?? 1, 1e-5);
        },
      ),
      runs,
    );
  });

  it("does not depend on the order of examples or of outputs", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const task = drawTask(seed, 7);
        const order = createStream(seed).permutation(7);
        const rows = ({ cols, data }: Matrix): Matrix => ({
          rows: 7,
          cols,
          data: Float64Array.from([...order].flatMap((p) => [...data.slice(p * cols, (p + 1) * cols)])),
        });
        const two = (first: Float64Array, swap: boolean): Matrix => ({
          rows: first.length,
          cols: 2,
          data: Float64Array.from([...first].flatMap((y, i) => (swap ? [i - 2, y] : [y, i - 2]))),
        });
        const options = { activation: resolveActivation("erf"), width: 15, temperature: 0.2 };
        const base = { inputs: task.inputs, testInputs: task.testInputs };
        const [a, b] = [false, true].map((swap) =>
          solveMultiOutputAction(
            { ...base, targets: two(task.targets, swap), testTargets: two(task.testTargets, swap) },
            options,
            algebra,
          ),
        ) as [ReturnType<typeof solveMultiOutputAction>, ReturnType<typeof solveMultiOutputAction>];
        near(a.scale.data[0] as number, b.scale.data[3] as number, 1e-6);
        near(a.scale.data[1] as number, b.scale.data[2] as number, 1e-5);
        const shuffled = solveMultiOutputAction(
          {
            ...base,
            inputs: rows(task.inputs),
            targets: rows(two(task.targets, false)),
            testTargets: two(task.testTargets, false),
          },
          options,
          algebra,
        );
        near(shuffled.prediction.error, a.prediction.error, 1e-6);
      }),
      runs,
    );
  });

  it("keeps the scale of deep linear networks between the prior and the data, and solves its equation", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        (depth, load, ratio) => {
          const { u, logTotal } = solveDeepLinearScale({ depth, weightVariance: 1, load, ratio });
          near(1 - u, load * (1 - ratio / Math.exp(logTotal)), 1e-7);
          const total = Math.exp(logTotal);
          expect(total).toBeGreaterThanOrEqual(Math.min(1, ratio) * (1 - 1e-9));
          expect(total).toBeLessThanOrEqual(Math.max(1, ratio) * (1 + 1e-9));
          expect(deepLinearThreshold(load)).toBeGreaterThan(1);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("regression and classification", () => {
  it("conjugate gradients are Cholesky for any kernel, noise and preconditioner", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 0, max: 25 }),
        fc.double({ min: 1e-3, max: 10, noNaN: true }),
        (seed, size, rank, noise) => {
          const features = { rows: size, cols: 9, data: new Float64Array(9 * size) };
          const b = { rows: size, cols: 2, data: new Float64Array(2 * size) };
          const stream = createStream(seed);
          stream.fillNormal(features.data);
          stream.fillNormal(b.data);
          const train = algebra.gramOfRows(features);
          const kernel = matrixOperator(train, algebra);
          const preconditioner = prepareKernelPreconditioner(kernel, noise, rank, algebra);
          const solved = solveConjugateGradients(kernel, noise, b, preconditioner, { tolerance: 1e-10 });
          const shifted = {
            ...train,
            data: train.data.map((k, at) => (at % (size + 1) === 0 ? k + noise : k)),
          };
          const expected = algebra.solvePositiveDefinite(shifted, b).data;
          const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
          expected.forEach((x, at) => {
            expect(Math.abs((solved.solution.data[at] as number) - x)).toBeLessThan(1e-5 * largest);
          });
        },
      ),
      runs,
    );
  });

  it("classifiers are symmetric in the classes, and their evidence is a probability", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { inputs, testInputs, targets } = drawTask(seed, 9);
        const train = algebra.gramOfRows(inputs);
        for (let p = 0; p < 9; p++) train.data[10 * p] = (train.data[10 * p] as number) + 0.1;
        const labels = [...targets].map((y) => (y > 0 ? 1 : 0));
        const task = {
          train,
          cross: algebra.multiplyTransposedRight(testInputs, inputs),
          diagonal: Float64Array.from(
            { length: 4 },
            (_, m) => algebra.gramOfRows(testInputs).data[5 * m] as number,
          ),
        };
        for (const solve of [solveLaplaceClassifier, solveExpectationPropagation]) {
          const plain = solve({ ...task, labels }, algebra);
          const flipped = solve({ ...task, labels: labels.map((label) => 1 - label) }, algebra);
          expect(plain.converged).toBe(true);
          expect(plain.logEvidence).toBeLessThan(0);
          near(plain.logEvidence, flipped.logEvidence, 1e-7);
          plain.probability.forEach((p, m) => {
            expect(Math.abs(p + (flipped.probability[m] as number) - 1)).toBeLessThan(1e-6);
          });
        }
      }),
      runs,
    );
  });

  it("a calibrated variance is calibrated, and scales with the square of the targets", () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.1, max: 10, noNaN: true }), (seed, s) => {
        const { targets } = drawTask(seed, 12);
        const mean = new Float64Array(12);
        const variance = new Float64Array(12).fill(0.7);
        const factor = calibrateVariance({ mean, variance }, targets).value;
        const again = calibrateVariance({ mean, variance: variance.map((v) => factor * v) }, targets).value;
        near(again, 1, 1e-12);
        near(
          calibrateVariance(
            { mean, variance },
            targets.map((y) => s * y),
          ).value,
          s * s * factor,
          1e-9,
        );
      }),
      runs,
    );
  });
});
