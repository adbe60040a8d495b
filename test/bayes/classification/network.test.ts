/** Classification with networks: the average over the scale against sampled networks, scores against hand-made cases. */
import { describe, expect, it } from "vitest";
import {
  listWrong,
  predictClassification,
  scoreClassification,
  solveScalePrior,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, type Matrix, normalCdf } from "../../../src/numerics/index.ts";

const algebra = await loadKernels();
const matrix = (rows: number, cols: number, values: readonly number[]): Matrix => ({
  rows,
  cols,
  data: Float64Array.from(values),
});

/** P(class 1) and p(labels) by drawing linear networks of the prior, weighted by their likelihood. */
function drawNetworks(
  inputs: Matrix,
  labels: readonly number[],
  testInputs: Matrix,
  { widths, draws }: { widths: readonly number[]; draws: number },
) {
  const stream = createStream(3);
  const sums = new Float64Array(testInputs.rows);
  let total = 0;
  for (let d = 0; d < draws; d++) {
    // the weight vector that a linear network multiplies inputs with
    let back = Float64Array.from({ length: widths.at(-1) as number }, () => stream.normal());
    for (let l = widths.length - 1; l >= 0; l--) {
      const below = l === 0 ? inputs.cols : (widths[l - 1] as number);
      const next = new Float64Array(below);
      for (const v of back)
        for (let i = 0; i < below; i++) next[i] = (next[i] as number) + v * stream.normal();
      back = next.map((value) => value / Math.sqrt(widths[l] as number));
    }
    const output = ({ cols, data }: Matrix, m: number): number =>
      back.reduce((sum, w, i) => sum + w * (data[m * cols + i] as number), 0) / Math.sqrt(cols);
    const likelihood = labels.reduce(
      (product, label, p) => product * normalCdf((2 * label - 1) * output(inputs, p)),
      1,
    );
    total += likelihood / draws;
    for (let m = 0; m < sums.length; m++)
      sums[m] = (sums[m] as number) + (likelihood * normalCdf(output(testInputs, m))) / draws;
  }
  return { probability: sums.map((value) => value / total), logEvidence: Math.log(total) };
}

describe("a linear network that classifies", () => {
  const inputs = matrix(4, 3, [3, 1, 0, 2, -2, 1, -3, 0, 1, -1, 3, -2]);
  const testInputs = matrix(3, 3, [2, 0, 0, -1, 1, 1, 0.5, -2, 3]);
  const labels = [1, 1, 0, 0];
  const activation = resolveActivation("linear");
  const options = { stream: createStream(1) };

  it.each([[[2]], [[3, 2]]])(
    "agrees with drawn networks of widths %j, and differs from infinite width",
    async (widths) => {
      const drawn = drawNetworks(inputs, labels, testInputs, { widths, draws: 60_000 });
      const network = { activation, widths };
      const examples = { inputs, labels, testInputs, classes: 2 };
      const { infiniteWidth, finiteWidth } = await predictClassification(examples, network, options, algebra);
      drawn.probability.forEach((p, m) => {
        expect(Math.abs((finiteWidth?.probability.data[2 * m + 1] as number) - p)).toBeLessThan(0.012);
      });
      expect(Math.abs((finiteWidth?.logEvidence as number) - drawn.logEvidence)).toBeLessThan(0.02);
      expect(Math.abs(infiniteWidth.logEvidence - drawn.logEvidence)).toBeGreaterThan(0.04);
    },
  );

  it("is that of infinite width when it is wide", async () => {
    const network = { activation, widths: [1e5] };
    const examples = { inputs, labels, testInputs, classes: 2 };
    const { infiniteWidth, finiteWidth } = await predictClassification(examples, network, options, algebra);
    expect(finiteWidth?.q).toBeCloseTo(1, 4);
    expect(finiteWidth?.logEvidence).toBeCloseTo(infiniteWidth.logEvidence, 4);
  });

  it("takes the amplitude of largest evidence", async () => {
    const examples = { inputs, labels, testInputs, classes: 2 };
    const evidenceAt = async (amplitude: number | "evidence") => {
      const result = await predictClassification(
        examples,
        { activation, widths: [50] },
        { ...options, method: "laplace", amplitude },
        algebra,
      );
      return { amplitude: result.amplitude, logEvidence: result.infiniteWidth.logEvidence };
    };
    const best = await evidenceAt("evidence");
    for (const factor of [0.3, 3])
      expect((await evidenceAt(factor * best.amplitude)).logEvidence).toBeLessThan(best.logEvidence + 0.05);
    expect(best.logEvidence).toBeGreaterThan((await evidenceAt(1)).logEvidence);
  });

  it("covers two classes at finite width, and says so", async () => {
    const examples = { inputs, labels: [0, 1, 2, 0], testInputs, classes: 3 };
    const network = { activation, widths: [5] };
    const { method, finiteWidth, infiniteWidth } = await predictClassification(
      examples,
      network,
      options,
      algebra,
    );
    expect([method, finiteWidth]).toEqual(["softmax", null]);
    expect(infiniteWidth.probability.cols).toBe(3);
    await expect(
      predictClassification(examples, network, { ...options, method: "laplace" }, algebra),
    ).rejects.toThrow(/covers two classes, received 3/);
    await expect(
      predictClassification(examples, network, { ...options, amplitude: 0 }, algebra),
    ).rejects.toThrow(/amplitude 0/);
    const stop = AbortSignal.abort();
    await expect(
      predictClassification(examples, network, { ...options, signal: stop }, algebra),
    ).rejects.toThrow(/interrupted/);
  });
});

describe("the prior of the scale", () => {
  it("has mean 1 and variance prod (1 + 2 / N) - 1", () => {
    const { first, step, values } = solveScalePrior([7, 20]);
    const moment = (k: number): number =>
      values.reduce((sum, density, i) => sum + density * step * Math.exp(k * (first + i) * step), 0);
    expect(moment(1)).toBeCloseTo(1, 9);
    expect(moment(2)).toBeCloseTo((1 + 2 / 7) * (1 + 2 / 20), 8);
  });
});

describe("scores of probabilities", () => {
  const probability = matrix(4, 3, [0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.6, 0.3, 0.1, 0.2, 0.2, 0.6]);
  const stream = createStream(2);

  it("are those of a case worked out by hand", () => {
    const { accuracy, logLoss, brierScore, calibrationError, confidence } = scoreClassification(
      probability,
      [0, 1, 1, 2],
      { stream, bins: 10 },
    );
    expect(accuracy.value).toBe(0.75);
    expect(logLoss.value).toBeCloseTo(-Math.log(0.7 * 0.8 * 0.3 * 0.6) / 4, 12);
    expect(brierScore.value).toBeCloseTo((0.14 + 0.06 + (0.36 + 0.49 + 0.01) + 0.24) / 4, 12);
    // bins 0.6 (right 1 of 2), 0.7 and 0.8 (right)
    expect(calibrationError.value).toBeCloseTo((2 * 0.1 + 0.3 + 0.2) / 4, 12);
    expect(confidence.value).toBeCloseTo(0.675, 12);
    expect(listWrong(probability, [0, 1, 1, 2])).toEqual([
      { index: 2, label: 1, predicted: 0, confidence: 0.6, own: 0.3 },
    ]);
  });

  it("have a calibration error within its bar of none when outcomes follow the probabilities", () => {
    const draws = createStream(5);
    const chances = Array.from({ length: 2000 }, () => 0.5 + 0.5 * draws.uniform());
    const labels = chances.map((p) => (draws.uniform() < p ? 0 : 1));
    const both = matrix(
      2000,
      2,
      chances.flatMap((p) => [p, 1 - p]),
    );
    const { calibrationError, accuracy, confidence } = scoreClassification(both, labels, { stream });
    // five filled bins of 400: noise alone gives about 0.8 sqrt(0.16 / 400) = 0.016
    expect(calibrationError.value).toBeLessThan(0.016 + 4 * (calibrationError.stderr as number));
    expect(Math.abs(accuracy.value - confidence.value)).toBeLessThan(4 * (accuracy.stderr as number));
  });

  it("refuse what is no probability and no class", () => {
    expect(() => scoreClassification(matrix(2, 2, [0.5, 0.4, 0.5, 0.5]), [0, 1], { stream })).toThrow(
      /row 0/,
    );
    expect(() => scoreClassification(probability, [0, 1, 3, 2], { stream })).toThrow(/label 3 at example 2/);
    expect(() => scoreClassification(probability, [0], { stream })).toThrow(/1 labels/);
  });
});
