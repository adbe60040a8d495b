/** The Generalise room without a browser: curves and kernels of its requests, the programs it copies, the task it saves. */
import { describe, expect, it } from "vitest";
import {
  openTask,
  preparationKey,
  prepareTask,
  solveCurve,
} from "../../../lab/src/rooms/generalise/measure.ts";
import { commandLine, program } from "../../../lab/src/rooms/generalise/program.ts";
import { samplingShares } from "../../../lab/src/rooms/generalise/sampling.ts";
import { requestOf, state } from "../../../lab/src/rooms/generalise/state.ts";
import { taskFile } from "../../../lab/src/rooms/generalise/task-file.ts";
import type { CurveAnswer, CurveRequest } from "../../../lab/src/rooms/generalise/types.ts";
import type { CurveWork } from "../../../lab/src/rooms/generalise/work.ts";
import { ConvergenceError, SpecError } from "../../../src/base/index.ts";
import { parseTaskFile, solveEffectiveAction } from "../../../src/bayes/index.ts";
import { type Dataset, loadDataset } from "../../../src/data/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { runProgram } from "../setup/programs.ts";

const algebra = await loadKernels({ threads: 1 });
const work: CurveWork = {
  algebra,
  openSample: async (options) => {
    const { train, test } = await loadDataset("mnist-sample", { test: 500, ...options });
    return { train, test: test as Dataset };
  },
};
const pair: CurveRequest = {
  task: { kind: "pair", classes: [3, 8] },
  ...{ activation: "erf", depth: 1, width: 15, temperature: 0.1, weightVariance: 1, largest: 40, seed: 2 },
  form: "vanilla",
  sampling: null,
};
const teacher: CurveRequest = {
  ...pair,
  task: { kind: "teacher", inputs: 12, units: 5, noise: 0.2 },
  ...{ activation: "relu", weightVariance: 2, largest: 30 },
};
const solve = async (request: CurveRequest, extra: Partial<CurveWork> = {}): Promise<CurveAnswer> =>
  solveCurve(request, await prepareTask(request, work), { ...work, ...extra });

describe("a learning curve", () => {
  it.each([
    ["two digits", pair],
    ["a teacher, two layers, averaged", { ...teacher, depth: 2, form: "mixture" }],
    ["a teacher, two parameters", { ...teacher, form: "two-parameter" }],
    [
      "parity, sampled",
      { ...pair, task: { kind: "parity" }, largest: 20, sampling: { chains: 1, samples: 16, burnIn: 8 } },
    ],
    [
      "a teacher, two layers, sampled",
      {
        ...teacher,
        ...{ depth: 2, activation: "relu", width: 6, largest: 10 },
        sampling: { chains: 2, samples: 8, burnIn: 8 },
      },
    ],
    [
      "a teacher, by Langevin dynamics",
      {
        ...teacher,
        ...{ width: 6, largest: 10 },
        sampling: { chains: 1, samples: 10, burnIn: 3, dynamics: "langevin" },
      },
    ],
  ] as const)("of %s is what the copied program prints", async (_, request) => {
    const { points } = await solve(request);
    const printed = await runProgram(program(request));
    expect(printed.map((line) => line.slice(0, 4))).toEqual(
      points.map(({ examples, infiniteWidth, finiteWidth, q }) => [
        ...[examples, infiniteWidth.error.value, finiteWidth?.error.value, q],
      ]),
    );
    if (request.sampling !== null) {
      expect(printed.map((line) => line[4])).toEqual(points.map(({ sampled }) => sampled?.error.value));
    }
  });

  it("shows theory first, then samples size by size, with progress that grows to 1", async () => {
    const request = { ...teacher, sampling: { chains: 1, samples: 16, burnIn: 8 } };
    const missing: number[][] = [];
    const done: number[] = [];
    const answer = await solve(request, {
      onPartial: (partial) => missing.push([...partial.missing]),
      onProgress: (event) => done.push(event.done),
    });
    expect(missing).toEqual([[15, 30], [30], []]);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBeGreaterThan(0.9);
    expect(answer.points.every(({ sampled }) => sampled !== null)).toBe(true);
  });

  it("is sampled the same by the readout integrated and by all weights", async () => {
    const small: CurveRequest = {
      ...teacher,
      ...{ activation: "erf", width: 4, largest: 8, temperature: 0.5, weightVariance: 1 },
      task: { kind: "teacher", inputs: 4, units: 3, noise: 0.2 },
    };
    const settings = { chains: 2, samples: 250, burnIn: 100 };
    const integrated = await solve({ ...small, sampling: settings });
    const all = await solve({ ...small, sampling: { ...settings, dynamics: "hamiltonian" } });
    integrated.points.forEach(({ sampled: a }, i) => {
      const b = all.points[i]?.sampled;
      const stderr = Math.hypot(a?.error.stderr ?? 0, b?.error.stderr ?? 0);
      expect(Math.abs((a?.error.value ?? 0) - (b?.error.value ?? 1))).toBeLessThan(4 * stderr);
      expect(b?.rHat).toBeLessThan(1.1);
      expect(b?.effectiveSamples).toBeGreaterThan(25);
    });
  });

  it("with biases is that of infinite width, beside samples of all weights and biases, as the copied program prints", async () => {
    const biased: CurveRequest = {
      ...teacher,
      ...{ activation: "relu", depth: 2, width: 6, largest: 10, biasVariance: 0.3 },
      sampling: { chains: 2, samples: 8, burnIn: 8 },
    };
    const { points, eigenvalues, widths } = await solve(biased);
    const printed = await runProgram(program(biased));
    expect(printed).toEqual(
      points.map(({ examples, infiniteWidth, sampled }) => [
        ...[examples, infiniteWidth.error.value, sampled?.error.value],
      ]),
    );
    expect(points.every(({ finiteWidth, q }) => finiteWidth === null && q === null)).toBe(true);
    expect([...eigenvalues]).toEqual([...eigenvalues].sort((a, b) => b - a));
    expect(widths).toEqual([]);
    expect(commandLine(biased)).toBeNull();
    // without biases the Gaussian process is the theory's infinite width
    const { points: plain } = await solve({ ...biased, sampling: null, biasVariance: 1e-13 });
    const { biasVariance: _, ...without } = { ...biased, sampling: null };
    const { points: known } = await solve(without);
    plain.forEach(({ infiniteWidth }, i) => {
      expect(infiniteWidth.error.value).toBeCloseTo(known[i]?.infiniteWidth.error.value ?? 0, 8);
    });
  });

  it("with biases is sampled as infinite width says where the network is wide", async () => {
    const wide: CurveRequest = {
      ...teacher,
      task: { kind: "teacher", inputs: 3, units: 3, noise: 0.2 },
      ...{ activation: "erf", depth: 1, width: 200, largest: 6, temperature: 0.5, weightVariance: 1 },
      ...{ biasVariance: 0.5, sampling: { chains: 2, samples: 120, burnIn: 60 } },
    };
    const { points } = await solve(wide);
    for (const { infiniteWidth, sampled } of points) {
      const stderr = sampled?.error.stderr ?? 0;
      const distance = Math.abs((sampled?.error.value ?? 0) - infiniteWidth.error.value);
      // of the order of P / N besides the error of the samples
      expect(distance).toBeLessThan(4 * stderr + 0.04 * infiniteWidth.error.value);
    }
  });

  it("says where its theory was checked", async () => {
    const wide = await solve({ ...teacher, activation: "erf", width: 400 });
    expect(wide.points.map(({ validity }) => validity?.isInside)).toEqual([true, true]);
    const narrow = await solve({ ...teacher, width: 4 });
    expect(narrow.points.at(-1)?.validity?.isInside).toBe(false);
  });

  it("goes through its own point among the widths, and leaves other forms out", async () => {
    const { widths, points } = await solve(pair);
    const own = widths.find(({ width }) => width === pair.width);
    expect(own?.finiteWidth).toBe(points.at(-1)?.finiteWidth?.error.value);
    const [narrow, wide] = [widths[0], widths.at(-1)];
    const distance = (point = own) => Math.abs((point?.finiteWidth ?? 0) - (point?.infiniteWidth ?? 0));
    expect(distance(wide)).toBeLessThan(distance(narrow));
    expect((await solve({ ...pair, form: "mixture" })).widths).toEqual([]);
  });

  it("prepares anew for another task, not for another width or temperature", () => {
    expect(preparationKey({ ...pair, width: 3, temperature: 1 })).toBe(preparationKey(pair));
    expect(preparationKey({ ...pair, largest: 41 })).not.toBe(preparationKey(pair));
  });

  it("refuses more examples than there are, and a singular kernel without noise", async () => {
    await expect(solve({ ...pair, largest: 500 })).rejects.toThrow(/P = 500, and the sample has 400/);
    await expect(solve({ ...pair, task: { kind: "pair", classes: [3, 3] } })).rejects.toThrow(SpecError);
    const singular = { ...teacher, activation: "linear", temperature: 0 };
    await expect(solve(singular)).rejects.toThrow(ConvergenceError);
  });
});

describe("kernels in view", () => {
  it("put examples of one sign together, and tell their means", async () => {
    const { kernels } = await solve(pair);
    const { size, nngp, groups, means } = kernels;
    expect(groups.map(({ label }) => label)).toEqual(["y < 0", "y > 0"]);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(size);
    let diagonal = 0;
    for (let i = 0; i < size; i++) diagonal += (nngp[i * size + i] as number) / size;
    expect(means.nngp).toBeCloseTo(diagonal, 12);
    expect(means.within).toBeGreaterThan(means.between as number);
  });
});

describe("copies", () => {
  it("name the sample, the classes and the sampler", () => {
    expect(commandLine({ ...pair, depth: 2, sampling: { chains: 2, samples: 50, burnIn: 20 } })).toBe(
      "isinglass generalize '784-15x2-1 erf' --data mnist-sample --classes 3,8 --train 40 --temperature 0.1 --sample --chains 2 --samples 50 --burn-in 20 --seed 2",
    );
    expect(commandLine({ ...teacher, depth: 2 })).toBeNull();
  });

  it("save a teacher's task that effective-action solves to the same numbers", async () => {
    const { task } = await openTask(teacher, work.openSample);
    const {
      task: read,
      activation,
      ...options
    } = parseTaskFile(taskFile(task, teacher), "teacher-task.json");
    const solved = solveEffectiveAction(
      read,
      { ...options, activation: resolveActivation(activation) },
      algebra,
    );
    const { points } = await solve(teacher);
    expect(solved.prediction.error).toBeCloseTo(points.at(-1)?.finiteWidth?.error.value as number, 8);
  });
});

describe("the address", () => {
  it("holds the whole request, and refuses what is out of range", () => {
    state.load("d=teacher&f=nested&i=30&k=7&o=0.5&a=relu&l=2&w=80&t=0&p=64&h=1&n=1&m=20&b=10&s=9");
    const before = requestOf();
    const query = state.toQuery();
    state.reset();
    state.load(query);
    expect(requestOf()).toEqual(before);
    expect(before.sampling).toEqual({ chains: 1, samples: 20, burnIn: 10 });
    expect(state.load("p=0&w=0&d=cats")).toHaveLength(3);
    state.reset();
  });
});

it("gives larger sizes a larger share of the sampling", () => {
  const shares = samplingShares([10, 20, 40], { width: 20, depth: 1, sampling: null }, 784);
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  expect([...shares].sort((a, b) => a - b)).toEqual(shares);
});
