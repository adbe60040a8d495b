import { describe, expect, it } from "vitest";
import { type DeepForm, solveDeepEffectiveAction, solveEffectiveAction } from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, type Matrix, type RandomStream } from "../../../src/numerics/index.ts";
import { samplePrior } from "../prior-sampling.ts";
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();

function solve(
  name: string,
  task: ReturnType<typeof referenceTask>,
  widths: readonly number[],
  form: DeepForm,
  temperature = 0.1,
) {
  return solveDeepEffectiveAction(
    task,
    { activation: resolveActivation(name), widths, temperature, form },
    algebra,
  );
}

const scalesOf = (result: ReturnType<typeof solve>): number[] => result.layerScales.map(({ value }) => value);

describe("forms of the deep effective action", () => {
  // independent numpy calculation: two erf layers of 20 units, N0 = 20, P = 30, T = 0.1, targets of scale 2
  for (const [form, q1, q2, error, bias, spread] of [
    ["vanilla", 2.16728, 2.16728, 0.744, 0.286, 0.458],
    ["nested", 1.67585, 2.79627, 0.769, 0.357, 0.412],
    ["full", 2.02378, 2.53961, 0.801, 0.351, 0.45],
  ] as const) {
    it(`repeats the reference of the ${form} form`, () => {
      const solved = solve("erf", referenceTask(20, 30, 2), [20, 20], form);
      expect(scalesOf(solved)[0]).toBeCloseTo(q1, 4);
      expect(scalesOf(solved)[1]).toBeCloseTo(q2, 4);
      expect(solved.prediction.error).toBeCloseTo(error, 4);
      expect(Math.abs(solved.prediction.bias - bias)).toBeLessThan(5.1e-4);
      expect(Math.abs(solved.prediction.spread - spread)).toBeLessThan(5.1e-4);
      expect(solved.infiniteWidth.error).toBeCloseTo(0.7169, 4);
    });
  }

  it("agrees among forms for homogeneous units", () => {
    for (const [name, features, error] of [
      ["relu", 20, 0.5552],
      ["linear", 40, 0.6014],
    ] as const) {
      const [vanilla, ...others] = (["vanilla", "nested", "full"] as const).map((form) =>
        solve(name, referenceTask(features, 30, 1), [20, 20], form),
      );
      expect(vanilla?.prediction.error).toBeCloseTo(error, 4);
      for (const other of others) {
        expect(other.prediction.error).toBeCloseTo(vanilla?.prediction.error as number, 8);
        expect(other.energy.value).toBeCloseTo(vanilla?.energy.value as number, 7);
      }
    }
  });

  it("is the theory of one hidden layer at depth 1, and tends to infinite width", () => {
    const task = referenceTask(20, 30, 1);
    const one = solveEffectiveAction(
      task,
      { activation: resolveActivation("erf"), width: 20, temperature: 0.1 },
      algebra,
    );
    for (const form of ["vanilla", "nested"] as const) {
      const deep = solve("erf", task, [20], form);
      expect(scalesOf(deep)[0]).toBeCloseTo(one.q.value, 8);
      expect(deep.prediction.error).toBeCloseTo(one.prediction.error, 9);
    }
    for (const form of ["vanilla", "nested", "full"] as const) {
      const wide = solve("erf", task, [1e8, 1e8], form);
      expect(Math.max(...scalesOf(wide).map((q) => Math.abs(q - 1)))).toBeLessThan(1e-6);
      expect(wide.prediction.error).toBeCloseTo(wide.infiniteWidth.error, 6);
    }
  });

  it("takes unequal widths: a wide layer is left out, and order does not matter in the vanilla form", () => {
    const task = referenceTask(20, 30, 2);
    const mixed = solve("relu", task, [20, 1e9], "vanilla");
    const [narrow, wide] = scalesOf(mixed);
    expect(wide).toBeCloseTo(1, 6);
    expect(narrow).toBeGreaterThan(1.5);
    const turned = solve("relu", task, [1e9, 20], "vanilla");
    expect(turned.prediction.error).toBeCloseTo(mixed.prediction.error, 10);
    // N_l (q_l - 1) is the same for all layers
    const [a, b, c] = scalesOf(solve("erf", task, [10, 30, 70], "vanilla")) as [number, number, number];
    expect(30 * (b - 1)).toBeCloseTo(10 * (a - 1), 8);
    expect(70 * (c - 1)).toBeCloseTo(10 * (a - 1), 8);
  });

  it("covers three layers where the form does, with the temperature at 0", () => {
    const task = referenceTask(20, 15, 1);
    const cold = solve("erf", task, [20, 20, 20], "nested", 0);
    const cool = solve("erf", task, [20, 20, 20], "nested", 1e-8);
    expect(scalesOf(cold)[0]).toBeCloseTo(scalesOf(cool)[0] as number, 5);
    expect(cold.prediction.trainError).toBeCloseTo(0, 9);
    expect(() => solve("erf", task, [20, 20, 20], "full")).toThrow(/covers two hidden layers, received 3/);
  });

  it("takes the precisions of the prior", () => {
    // readout of precision 4 and targets halved: the same problem at a quarter of the temperature
    const task = referenceTask(20, 30, 2);
    const half = referenceTask(20, 30, 1);
    const options = { activation: resolveActivation("erf"), widths: [20, 20], form: "nested" } as const;
    const plain = solveDeepEffectiveAction(task, { ...options, temperature: 0.1 }, algebra);
    const scaled = solveDeepEffectiveAction(
      half,
      { ...options, temperature: 0.025, readoutPrecision: 4 },
      algebra,
    );
    expect(scaled.prediction.error).toBeCloseTo(plain.prediction.error / 4, 9);
    expect(scalesOf(scaled)[1]).toBeCloseTo(scalesOf(plain)[1] as number, 7);
  });

  it("comes nearer to networks drawn from the prior than infinite width does", () => {
    const task = referenceTask(4, 5, 2, 6);
    const [width, temperature] = [8, 0.05];
    const { f } = resolveActivation("erf");
    const rows = {
      rows: 11,
      cols: 4,
      data: Float64Array.from([...task.inputs.data, ...task.testInputs.data]),
    };
    const layer = (below: Matrix, stream: RandomStream): Matrix => {
      const weights = { rows: width, cols: below.cols, data: new Float64Array(width * below.cols) };
      stream.fillNormal(weights.data, 1 / Math.sqrt(below.cols));
      const h = algebra.multiplyTransposedRight(below, weights);
      return { ...h, data: h.data.map(f) };
    };
    const column = (values: Float64Array): Matrix => ({ rows: values.length, cols: 1, data: values });
    const drawn = samplePrior(
      { targets: column(task.targets), testTargets: column(task.testTargets), temperature },
      (stream) => {
        const top = layer(layer(rows, stream), stream);
        return { ...top, data: top.data.map((value) => value / Math.sqrt(width)) };
      },
      createStream(4),
      15_000,
    );
    expect(drawn.effectiveSamples).toBeGreaterThan(100);
    for (const [form, tolerance] of [
      ["vanilla", 0.08],
      ["nested", 0.08],
    ] as const) {
      const { prediction, infiniteWidth } = solve("erf", task, [width, width], form, temperature);
      const slack = 2 * drawn.stderr;
      expect(Math.abs(prediction.error - drawn.error)).toBeLessThan(tolerance * drawn.error + slack);
      expect(Math.abs(prediction.error - drawn.error)).toBeLessThan(
        Math.abs(infiniteWidth.error - drawn.error),
      );
    }
  });

  it("states where it was checked", () => {
    const inside = solve("erf", referenceTask(20, 30, 1), [20, 20], "vanilla");
    expect(inside.validity).toEqual({ region: expect.stringContaining("5 percent"), isInside: true });
    expect(solve("erf", referenceTask(20, 30, 1), [5, 20], "vanilla").validity.isInside).toBe(false);
    expect(solve("linear", referenceTask(40, 30, 1), [20, 20], "vanilla").validity.region).toMatch(/1 \/ N/);
  });

  it("refuses what has no meaning", () => {
    const task = referenceTask(20, 30, 1);
    expect(() => solve("erf", task, [], "vanilla")).toThrow(/widths \[\]/);
    expect(() => solve("erf", task, [20, 0], "nested")).toThrow(/widths \[20, 0\]/);
    expect(() => solve("erf", task, [20], "deep" as DeepForm)).toThrow(/form "deep"/);
    expect(() => solve("erf", task, [20], "nested", -1)).toThrow(/temperature -1/);
    task.inputs.data.copyWithin(20, 0, 20);
    expect(() => solve("erf", task, [20, 20], "nested", 0)).toThrow(/rank 29/);
    const broken = { ...task, targets: task.targets.map(() => Number.NaN) };
    expect(() => solve("erf", broken, [20], "nested")).toThrow(/y\[0\]/);
  });
});
