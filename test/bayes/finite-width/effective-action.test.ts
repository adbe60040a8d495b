import { describe, expect, it } from "vitest";
import { type ActionMethod, solveEffectiveAction } from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import reference from "../../fixtures/bayes-reference.json" with { type: "json" };
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();
const nameOf = (short: string): string => (short === "id" ? "linear" : short);

function solve(
  name: string,
  task: ReturnType<typeof referenceTask>,
  width: number,
  temperature: number,
  method: ActionMethod = "saddle",
) {
  return solveEffectiveAction(
    task,
    { activation: resolveActivation(name), width, temperature, method },
    algebra,
  );
}

describe("effective action", () => {
  it("draws the reference task bit for bit", () => {
    const [row] = reference.onehl;
    const task = referenceTask(20, 30, 1);
    expect(task.inputs.data[0]).toBe(row?.X00);
    expect(task.inputs.data.at(-1)).toBe(row?.Xlast);
    expect(task.targets[0]).toBeCloseTo(row?.y0 as number, 14);
    expect(task.testTargets[0]).toBeCloseTo(row?.ytest0 as number, 14);
  });

  it("repeats every reference value at the saddle point", () => {
    for (const { act, N0, P, scale, r, cases } of reference.onehl) {
      const task = referenceTask(N0, P, scale);
      for (const { N1, T, Q, eg, bias, var: spread, train, mean0, var0 } of cases) {
        const { q, prediction, ratio } = solve(nameOf(act), task, N1, T);
        const relative = T === 0 ? 1e-6 : 1e-8;
        const near = (value: number, expected: number): void =>
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(
            relative * Math.max(Math.abs(expected), 1e-3),
          );
        near(ratio as number, r);
        near(q.value, Q);
        near(prediction.error, eg);
        near(prediction.bias, bias);
        near(prediction.spread, spread);
        near(prediction.trainError, train);
        near(prediction.mean[0] as number, mean0);
        near(prediction.variance[0] as number, var0);
      }
    }
  });

  it("integrates linear units exactly at every width", () => {
    for (const { N0, P, N1, T, scale, EQ, eg, bias, var: spread, train } of reference.linear_exact_finiteT) {
      const { q, prediction } = solve("linear", referenceTask(N0, P, scale), N1, T, "mixture");
      expect(q.value).toBeCloseTo(EQ, 8);
      expect(prediction.error).toBeCloseTo(eg, 8);
      expect(prediction.bias).toBeCloseTo(bias, 8);
      expect(prediction.spread).toBeCloseTo(spread, 8);
      expect(prediction.trainError).toBeCloseTo(train, 8);
    }
  });

  it("repeats the mean scale of linear units at T = 0", () => {
    for (const { N, P, beta, L, EQ } of reference.exact_T0_EQ) {
      if (L !== 1) continue;
      const scale = Math.round(Math.sqrt(beta / 24.549303));
      const { q } = solve("linear", referenceTask(40, P, scale), N, 0, "mixture");
      expect(Math.abs(q.value / EQ - 1)).toBeLessThan(1e-6);
    }
  });

  it("repeats the values with two order parameters", () => {
    for (const { N1, T, Qbar, Q, eg, bias, var: spread } of reference.relu_two_order_params) {
      const { q, bigQ, prediction } = solve("relu", referenceTask(20, 30, 1), N1, T, "two-parameter");
      expect(q.value).toBeCloseTo(Qbar, 8);
      expect(bigQ?.value).toBeCloseTo(Q, 8);
      expect(prediction.error).toBeCloseTo(eg, 8);
      expect(prediction.bias).toBeCloseTo(bias, 8);
      expect(prediction.spread).toBeCloseTo(spread, 8);
    }
  });

  it("tends to infinite width, and to its own limits at T = 0", () => {
    const wide = solve("erf", referenceTask(20, 30, 1), 1e9, 0.1);
    expect(wide.q.value).toBeCloseTo(1, 6);
    expect(wide.prediction.error).toBeCloseTo(wide.infiniteWidth.error, 7);
    const narrow = solve("erf", referenceTask(20, 30, 2), 1e-6, 0);
    expect(narrow.q.value).toBeCloseTo(narrow.ratio as number, 5);
    const cold = solve("erf", referenceTask(20, 30, 1), 20, 1e-10);
    expect(cold.q.value).toBeCloseTo(solve("erf", referenceTask(20, 30, 1), 20, 0).q.value, 6);
  });

  it("warns where it should not be trusted", () => {
    const relu = solve("relu", referenceTask(20, 30, 1), 30, 0.1);
    expect(relu.warnings.join()).toMatch(/two-parameter/);
    expect(solve("erf", referenceTask(20, 30, 2), 10, 0.1).warnings.join()).toMatch(/10 percent/);
    expect(solve("erf", referenceTask(20, 30, 1), 30, 0.1).warnings).toEqual([]);
  });

  it("names a singular kernel with its rank, and what to do", () => {
    const task = referenceTask(20, 30, 1);
    task.inputs.data.copyWithin(20, 0, 20);
    expect(() => solve("erf", task, 20, 0)).toThrow(/rank 29/);
    expect(solve("erf", task, 20, 0.1).q.value).toBeGreaterThan(0);
    expect(() => solve("erf", task, 0, 0.1)).toThrow(/width 0/);
    expect(() => solve("erf", task, 20, -1)).toThrow(/temperature -1/);
    const empty = {
      ...task,
      inputs: { rows: 0, cols: 20, data: new Float64Array() },
      targets: new Float64Array(),
    };
    expect(() => solve("erf", empty, 20, 0.1)).toThrow();
    const broken = { ...task, targets: task.targets.map((y, i) => (i === 3 ? Number.NaN : y)) };
    expect(() => solve("erf", broken, 20, 0.1)).toThrow(/y\[3\]/);
  });
});
