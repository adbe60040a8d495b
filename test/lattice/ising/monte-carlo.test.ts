/** Simulations against exact solutions: values within four standard errors, and error bars that cover. */
import { describe, expect, it } from "vitest";
import type { Estimate } from "../../../src/base/index.ts";
import {
  type BoundaryKind,
  createModel,
  enumerateModel,
  hyperbolicLattice,
  parseLattice,
  planExact,
  planFreePatch,
  requireAlgorithm,
  scanTemperatures,
  simulateIsing,
  simulateReplicas,
  squareLattice,
  type UpdateAlgorithm,
} from "../../../src/lattice/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

type Case = readonly [
  name: string,
  T: number,
  boundary: BoundaryKind,
  field: number,
  algorithm: UpdateAlgorithm,
];

const cases: readonly Case[] = [
  ["square:4", 2, "free", 0, "metropolis"],
  ["square:4", 2.269185, "free", 0, "wolff"],
  ["square:4", 2.5, "free", 0.2, "heat-bath"],
  ["square:8", 2.269185, "free", 0, "wolff"],
  ["square:8", 2, "free", 0, "swendsen-wang"],
  ["square:16", 2.5, "free", 0, "wolff"],
  ["square:6x5:open", 2.2, "free", 0, "wolff"],
  ["square:6:open", 2.2, "wired", 0, "swendsen-wang"],
  ["triangular:5:open", 3.5, "free", 0, "wolff"],
  ["cayley:3:6", 1.2, "wired", -0.1, "heat-bath"],
  ["cayley:4:4", 2, "free", 0.15, "wolff"],
  ["7,3:3", 1, "free", 0, "wolff"],
  ["7,3:4", 3, "free", 0, "wolff"],
  ["7,3:4", 5.3, "wired", 0, "wolff"],
  ["7,3:5", 4, "free", 0, "swendsen-wang"],
  ["3,7:5", 2, "wired", 0, "heat-bath"],
  ["3,7:8", 2, "free", 0, "wolff"],
  ["4,5:4", 3, "wired", 0, "metropolis"],
  ["5,4:3", 2, "free", 0, "metropolis"],
];

const NAMES = [
  "energy",
  "heatCapacity",
  "absoluteMagnetization",
  "magnetization2",
  "magnetization4",
] as const;

describe("within four standard errors of the exact value", () => {
  it.each(cases)("%s at T = %f, %s boundary, field %f, %s", async (name, T, boundary, field, algorithm) => {
    const model = createModel(parseLattice(name), { boundary, field });
    const exact = planExact(model)!.solve(T);
    const options = { algorithm, sweeps: 3000, thermalization: 400, profiles: true };
    const run = await simulateIsing(model, T, createStream(11).fork(`${name} ${T} ${boundary}`), options);
    for (const key of NAMES) if (exact[key] !== null) expectNear(run[key], exact[key], key);
    if (boundary !== "free" || field !== 0) {
      if (exact.magnetization !== null) expectNear(run.magnetization, exact.magnetization, "magnetization");
      if (exact.centralMagnetization !== null)
        expectNear(run.profiles!.centralMagnetization, exact.centralMagnetization, "central");
    }
    expect(run.converged).toBe(true);
  });

  it("replica exchange, all temperatures", async () => {
    const model = createModel(squareLattice(4));
    const temperatures = [1.8, 2.2, 2.7, 3.4];
    const { replicas, swapRates } = await simulateReplicas(model, temperatures, createStream(5), {
      sweeps: 3000,
    });
    replicas.forEach((replica, k) => {
      const exact = enumerateModel(model, temperatures[k]!);
      for (const key of NAMES) expectNear(replica[key], exact[key], `${key} at ${temperatures[k]}`);
    });
    expect(Math.min(...swapRates)).toBeGreaterThan(0.3);
  });

  it("layer by layer: correlations with the centre, from cold and hot starts", async () => {
    const graph = hyperbolicLattice(7, 3, 4);
    const patch = planFreePatch(graph)!;
    const exact = [1, 2, 3].map((l) => {
      // a seventh of a layer is a sector, all of which are equal
      const layer = [...graph.layer.keys()].filter((i) => graph.layer[i] === l);
      const sites = layer.slice(0, layer.length / 7);
      return sites.reduce((sum, i) => sum + patch.correlation(3, 0, i), 0) / sites.length;
    });
    const ring = graph.boundary;
    let sector = 0;
    for (let k = 0; k < 8; k++) sector += patch.correlation(3, ring[k]!, ring[k + 1]!) / 8;
    for (const start of ["ordered", "disordered"] as const) {
      const options = { sweeps: 4000, start, profiles: true };
      const { profiles } = await simulateIsing(createModel(graph), 3, createStream(2), options);
      const { centreCorrelation, boundaryCorrelation } = profiles!;
      expect(centreCorrelation[0]!.mean.value).toBe(1);
      exact.forEach((value, k) => {
        expectNear(centreCorrelation[k + 1]!.mean, value, `layer ${k + 1}`);
      });
      expect(boundaryCorrelation.map((point) => point.count)).toEqual(
        boundaryCorrelation.map(() => ring.length),
      );
      expectNear(boundaryCorrelation[0]!.mean, sector, "boundary neighbours");
      expect(boundaryCorrelation[0]!.mean.value).toBeGreaterThan(boundaryCorrelation.at(-1)!.mean.value);
    }
  });
});

describe("error bars", () => {
  it("cover the exact value in 60 to 76 % of 200 seeds at one sigma", async () => {
    const model = createModel(squareLattice(4));
    const exact = enumerateModel(model, 2.5);
    const binder = 1 - exact.magnetization4 / (3 * exact.magnetization2 ** 2);
    const susceptibility = (16 * (exact.magnetization2 - exact.absoluteMagnetization ** 2)) / 2.5;
    const truth = { ...exact, binder, susceptibility };
    const names = [...NAMES, "binder", "susceptibility"] as const;
    const covered = Object.fromEntries(names.map((name) => [name, 0]));
    for (let seed = 0; seed < 200; seed++) {
      const options = { algorithm: "heat-bath", sweeps: 1024, thermalization: 60 } as const;
      const run = await simulateIsing(model, 2.5, createStream(seed), options);
      for (const name of names)
        if (Math.abs(run[name].value - truth[name]) < run[name].stderr!) covered[name]!++;
    }
    for (const name of names) {
      expect(covered[name]! / 200, name).toBeGreaterThanOrEqual(0.6);
      expect(covered[name]! / 200, name).toBeLessThanOrEqual(0.76);
    }
  });
});

describe("runs", () => {
  it("repeat with their seed, and differ with another", async () => {
    const model = createModel(squareLattice(6));
    const run = async (seed: number) =>
      (await simulateIsing(model, 2.3, createStream(seed), { sweeps: 100 })).energy.value;
    expect(await run(1)).toBe(await run(1));
    expect(await run(1)).not.toBe(await run(2));
  });
  it("scan temperatures; energy rises with each", async () => {
    const scan = await scanTemperatures(createModel(squareLattice(8)), [1.5, 2.2, 3], createStream(1), {
      sweeps: 300,
    });
    const energies = scan.map(({ energy }) => energy.value);
    expect(energies).toEqual([...energies].sort((a, b) => a - b));
  });
  it("report progress and stop when asked", async () => {
    const controller = new AbortController();
    const stages: string[] = [];
    const run = simulateIsing(createModel(squareLattice(8)), 2, createStream(1), {
      sweeps: 500,
      signal: controller.signal,
      onProgress: ({ stage, done }) => {
        stages.push(stage);
        if (stage === "measuring" && done > 100) controller.abort();
      },
    });
    await expect(run).rejects.toThrow(/abort/i);
    expect(new Set(stages)).toEqual(new Set(["thermalising", "measuring"]));
  });
  it("say when they are too short for their errors", async () => {
    const options = { algorithm: "metropolis", sweeps: 64, thermalization: 10 } as const;
    const run = await simulateIsing(createModel(squareLattice(24)), 2.269185, createStream(3), options);
    expect(run.converged).toBe(false);
  });
  it("refuse what cannot be", async () => {
    const model = createModel(squareLattice(4));
    await expect(simulateIsing(model, 0, createStream(1))).rejects.toThrow(
      /received 0, expected a number above 0/,
    );
    await expect(simulateIsing(model, 2, createStream(1), { sweeps: 2 })).rejects.toThrow(
      /sweeps: received 2/,
    );
    await expect(simulateIsing(model, 2, createStream(1), { thermalization: -1 })).rejects.toThrow(
      /received -1/,
    );
    await expect(simulateReplicas(model, [2], createStream(1))).rejects.toThrow(/1 temperatures/);
    expect(() => requireAlgorithm("wolf")).toThrow(/received "wolf"/);
  });
});

function expectNear({ value, stderr }: Estimate, exact: number, what: string): void {
  expect(Math.abs(value - exact), `${what}: ${value} +- ${stderr}, exact ${exact}`).toBeLessThanOrEqual(
    4 * stderr!,
  );
}
