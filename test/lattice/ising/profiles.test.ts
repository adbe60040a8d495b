/** Parts of a lattice, the boundary's scaling dimension, the last configuration, and the kernels behind `simulateIsing`. */
import { describe, expect, it } from "vitest";
import { loadGraphIsing } from "../../../src/kernels/index.ts";
import {
  buildGraph,
  createModel,
  enumerateModel,
  hyperbolicLattice,
  planFreePatch,
  type SpinModel,
  simulateIsing,
  solveKaufman,
  squareLattice,
} from "../../../src/lattice/index.ts";
import { fitBoundaryDimension, logChord } from "../../../src/lattice/ising/boundary-dimension.ts";
import { createStream, fitLine } from "../../../src/numerics/index.ts";
import { boltzmann } from "./transition-matrix.ts";

/** Sums over all states of a function of the spins, weighted by their probability. */
function average(model: SpinModel, T: number, f: (spin: (i: number) => number) => number): number {
  return boltzmann(model, T).reduce((sum, w, index) => sum + w * f((i) => ((index >> i) & 1 ? -1 : 1)), 0);
}

describe("parts of a lattice", () => {
  it.each([
    ["free", 0],
    ["free", 0.3],
  ] as const)("core and rim of an open square, %s, field %f, as by enumeration", async (boundary, field) => {
    const graph = squareLattice(4, { periodic: false });
    const model = createModel(graph, { boundary, field });
    const T = 2.2;
    const { profiles } = await simulateIsing(model, T, createStream(3), {
      algorithm: "swendsen-wang",
      sweeps: 4000,
      profiles: true,
    });
    const { core, rim } = profiles!;
    const coreSites = [...graph.layer.keys()].filter((i) => graph.layer[i]! <= core.radius);
    for (const [part, sites] of [
      [core, coreSites],
      [rim!, [...graph.boundary]],
    ] as const) {
      expect(part.sites).toBe(sites.length);
      const m = (spin: (i: number) => number) => sites.reduce((sum, i) => sum + spin(i), 0) / sites.length;
      const m1 = average(model, T, (spin) => (field === 0 ? Math.abs(m(spin)) : m(spin)));
      const m2 = average(model, T, (spin) => m(spin) ** 2);
      const m4 = average(model, T, (spin) => m(spin) ** 4);
      const expected = {
        magnetization: m1,
        magnetization2: m2,
        magnetization4: m4,
        susceptibility: (sites.length * (m2 - m1 * m1)) / T,
        binder: 1 - m4 / (3 * m2 * m2),
      };
      for (const [name, value] of Object.entries(expected)) {
        const estimate = part[name as keyof typeof expected];
        expect(Math.abs(estimate.value - value), name).toBeLessThan(4 * estimate.stderr!);
      }
    }
  });
  it("have no rim where it is pinned or absent", async () => {
    for (const model of [
      createModel(squareLattice(4)),
      createModel(hyperbolicLattice(7, 3, 3), { boundary: "wired" }),
    ]) {
      const { profiles } = await simulateIsing(model, 3, createStream(1), { sweeps: 100, profiles: true });
      expect(profiles!.rim).toBeNull();
      expect(profiles!.boundaryDimension).toBeNull();
    }
  });
});

describe("the scaling dimension of boundary spins", () => {
  it("agrees with exact correlations of {7,3}, and grows with temperature", async () => {
    const graph = hyperbolicLattice(7, 3, 4);
    const patch = planFreePatch(graph)!;
    const ring = graph.boundary;
    const n = ring.length;
    const dimensions: number[] = [];
    for (const T of [3, 4]) {
      const { profiles } = await simulateIsing(createModel(graph), T, createStream(6), {
        sweeps: 6000,
        profiles: true,
      });
      const distances = profiles!.boundaryCorrelation.map(({ distance }) => distance);
      const { value, stderr, method } = profiles!.boundaryDimension!;
      const count = Number(/over (\d+) distances/.exec(method)![1]);
      const used = distances.filter((d) => d >= 2).slice(0, count);
      // a seventh of the ring is a sector, all of which are equal
      const exact = used.map((d) => {
        let sum = 0;
        for (let k = 0; k < n / 7; k++) sum += patch.correlation(T, ring[k]!, ring[(k + d) % n]!);
        return Math.log(sum / (n / 7));
      });
      const { slope } = fitLine(
        used.map((d) => logChord(d, n)),
        exact,
      );
      expect(Math.abs(value + slope.value)).toBeLessThan(4 * stderr!);
      dimensions.push(value);
    }
    expect(dimensions[1]!).toBeGreaterThan(dimensions[0]! + 0.1);
  });
  it("of a given power law is its exponent, and null in noise", () => {
    const distances = [1, 2, 3, 4, 6, 8, 11];
    const stream = createStream(2);
    const noisy = (scale: number) =>
      distances.map((d) =>
        Float64Array.from({ length: 640 }, () => Math.exp(-0.7 * logChord(d, 60)) + scale * stream.normal()),
      );
    const { value, stderr } = fitBoundaryDimension(distances, noisy(0.05), 60)!;
    expect(Math.abs(value - 0.7)).toBeLessThan(4 * stderr!);
    expect(fitBoundaryDimension(distances, noisy(1e5), 60)).toBeNull();
  });
});

describe("the last configuration", () => {
  it.each(["wolff", "heat-bath", "metropolis", "swendsen-wang"] as const)(
    "of %s, pinned sites too",
    async (algorithm) => {
      const graph = hyperbolicLattice(7, 3, 3);
      for (const boundary of ["free", "wired"] as const) {
        const model = createModel(graph, { boundary });
        const options = { algorithm, sweeps: 50, configuration: true };
        const { configuration } = await simulateIsing(model, 2, createStream(1), options);
        expect(configuration).toHaveLength(29);
        expect([...configuration!].every((s) => s === 1 || s === -1)).toBe(true);
        if (boundary === "wired") for (const site of graph.boundary) expect(configuration![site]).toBe(1);
        expect((await simulateIsing(model, 2, createStream(1), { sweeps: 50 })).configuration).toBeNull();
      }
    },
  );
});

describe("kernels behind simulateIsing", () => {
  it("bit-parallel Metropolis on a torus with whole vectors agrees with Kaufman", async () => {
    const T = 2.6;
    const model = createModel(squareLattice(256, { rows: 4 }));
    const exact = solveKaufman(T, 256, 4);
    const run = await simulateIsing(model, T, createStream(5), { algorithm: "metropolis", sweeps: 4000 });
    for (const name of ["energy", "heatCapacity"] as const)
      expect(Math.abs(run[name].value - exact[name]), name).toBeLessThan(4 * run[name].stderr!);
  });
  it("gives other numbers than an order that was asked for, which agree all the same", async () => {
    const model = createModel(squareLattice(256, { rows: 2 }));
    const options = { algorithm: "metropolis", sweeps: 300 } as const;
    const kernel = await simulateIsing(model, 3, createStream(5), options);
    const plain = await simulateIsing(model, 3, createStream(5), { ...options, order: "sequential" });
    expect(kernel.energy.value).not.toBe(plain.energy.value);
    const error = Math.hypot(kernel.energy.stderr!, plain.energy.stderr!);
    expect(Math.abs(kernel.energy.value - plain.energy.value)).toBeLessThan(4 * error);
  });
  it("Wolff clusters visit every state as often as Boltzmann says", async () => {
    const graph = buildGraph(4, [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 0],
      [0, 2],
    ]);
    const model = createModel(graph);
    const T = 2.5;
    const kernel = await loadGraphIsing(graph, { temperature: T, update: "wolff" }, createStream(9));
    const counts = new Float64Array(16);
    const runs = 40_000;
    for (let n = 0; n < runs; n++) {
      // five clusters apart, visits are nearly independent
      kernel.run(5);
      const state = kernel.spins.reduce((index, s, i) => (s < 0 ? index | (1 << i) : index), 0);
      counts[state]!++;
    }
    const pi = boltzmann(model, T);
    const chi2 = pi.reduce((sum, p, k) => sum + (counts[k]! - runs * p) ** 2 / (runs * p), 0);
    // 15 degrees of freedom: 99.9 % lie below 37.7
    expect(chi2).toBeLessThan(37.7);
    const exact = enumerateModel(model, T).energy;
    const run = await simulateIsing(model, T, createStream(2), { sweeps: 4000 });
    expect(Math.abs(run.energy.value - exact)).toBeLessThan(4 * run.energy.stderr!);
  });
});
