/** Tasks of learning curves: signs of labels, and teachers whose targets have the variance that theory gives them. */
import { describe, expect, it } from "vitest";
import { SpecError } from "../../../src/base/index.ts";
import { drawTeacherTask, halvedSizes, taskOfLabels } from "../../../src/bayes/index.ts";
import { sampleMixture } from "../../../src/data/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

describe("taskOfLabels", () => {
  const data = sampleMixture(40, [3], createStream(1), { classes: 10 });
  const labels = data.labels as Int32Array;

  it("takes parity of more than two classes, and one class against the rest", () => {
    const parity = taskOfLabels(data, data).task.targets;
    const third = taskOfLabels(data, data, { target: "3" }).task.testTargets;
    labels.forEach((label, i) => {
      expect(parity[i]).toBe(label % 2 === 1 ? 1 : -1);
      expect(third[i]).toBe(label === 3 ? 1 : -1);
    });
  });

  it("names the classes that two were chosen from", () => {
    const two = { ...data, classes: 2, labels: labels.map((label) => label % 2) };
    expect(taskOfLabels(two, two, { classes: [4, 7] }).description).toContain("class 7 (against 4)");
  });

  it("refuses data without labels, and a target that is no class", () => {
    expect(() => taskOfLabels({ ...data, labels: null }, data)).toThrow(SpecError);
    expect(() => taskOfLabels(data, data, { target: "12" })).toThrow(/expected parity or a class/);
  });
});

describe("halvedSizes", () => {
  it("halves down to about ten, at most six times", () => {
    expect(halvedSizes(100)).toEqual([13, 25, 50, 100]);
    expect(halvedSizes(10_000)).toHaveLength(6);
    expect(halvedSizes(5)).toEqual([5]);
  });
});

describe("drawTeacherTask", () => {
  const setting = { inputs: 20, units: 400, examples: 200, tests: 4000 };
  const activation = resolveActivation("linear");

  it("gives linear teachers targets of variance 1, and the noise on top", () => {
    const teachers = 40;
    const variance = (noise: number): number => {
      let sum = 0;
      for (let seed = 0; seed < teachers; seed++) {
        const { testTargets } = drawTeacherTask({
          ...{ inputs: 20, units: 40, examples: 1, tests: 200 },
          ...{ activation, noise, stream: createStream(seed) },
        });
        sum += testTargets.reduce((squares, y) => squares + y * y, 0) / testTargets.length / teachers;
      }
      return sum;
    };
    // one teacher's variance is |W^T v|^2 / (N0 M): mean 1, variance 2 / N0 + 2 / M + ..., and 2 / 200 of the test set
    const stderr = Math.sqrt((2 / 20 + 2 / 40 + 2 / 200) / teachers);
    expect(Math.abs(variance(0) - 1)).toBeLessThan(3 * stderr);
    expect(variance(2) - variance(0)).toBeCloseTo(4, 0);
  });

  it("begins with the same examples whatever their number", () => {
    const few = drawTeacherTask({ ...setting, activation, stream: createStream(3), examples: 5 });
    const many = drawTeacherTask({ ...setting, activation, stream: createStream(3) });
    expect(few.targets).toEqual(many.targets.slice(0, 5));
    expect(few.testTargets).toEqual(many.testTargets);
  });

  it("refuses sizes that are no sizes", () => {
    expect(() => drawTeacherTask({ ...setting, activation, stream: createStream(3), units: 0 })).toThrow(
      SpecError,
    );
  });
});
