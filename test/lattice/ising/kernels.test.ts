/** The WebAssembly kernels against exact solutions, for both layouts and odd shapes. */
import { describe, expect, it } from "vitest";
import { loadGraphIsing, loadSquareIsing } from "../../../src/kernels/index.ts";
import {
  createModel,
  enumerateModel,
  hyperbolicLattice,
  planFreePatch,
  simulateMultiSpin,
  solveKaufman,
  squareLattice,
} from "../../../src/lattice/index.ts";
import { analyzeBinning, createStream, meanWithError } from "../../../src/numerics/index.ts";

describe("128 replicas, bit-parallel", () => {
  it.each([
    [4, 4, 2, "metropolis"],
    [6, 4, 2.5, "metropolis"],
    [8, 10, 2.269185, "metropolis"],
    [10, 2, 3, "metropolis"],
    [4, 4, 2, "heat-bath"],
    [6, 4, 2.5, "heat-bath"],
    [8, 10, 2.269185, "heat-bath"],
    [10, 2, 3, "heat-bath"],
    [6, 6, 1e18, "heat-bath"],
  ] as const)("%i x %i at T = %f, %s", async (columns, rows, temperature, rule) => {
    const lattice = await loadSquareIsing({ columns, rows, temperature, rule }, createStream(3));
    expect(lattice.copies).toBe(128);
    lattice.sweep(300);
    const sums = new Float64Array(128);
    const squares = new Float64Array(128);
    const rounds = 200;
    for (let n = 0; n < rounds; n++) {
      lattice.sweep(5);
      lattice.measure().energies.forEach((e, k) => {
        sums[k]! += e / rounds;
        squares[k]! += (e * e) / rounds;
      });
    }
    const exact = solveKaufman(temperature, columns, rows);
    const sites = columns * rows;
    if (temperature > 1e9) {
      // every spin is drawn: the mean square of the energy is the number of bonds
      const energies = meanWithError(sums);
      const bonds = meanWithError(squares);
      expect(Math.abs(energies.value)).toBeLessThan(4 * energies.stderr!);
      expect(Math.abs(bonds.value - 2 * columns * rows)).toBeLessThan(4 * bonds.stderr!);
      return;
    }
    // replicas are independent: their averages have no correlation time
    const { value, stderr } = meanWithError(sums.map((e) => e / sites));
    expect(Math.abs(value - exact.energy)).toBeLessThan(4 * stderr!);
    const square = meanWithError(squares.map((e2) => e2 / sites ** 2));
    const exactSquare = (exact.heatCapacity * temperature ** 2) / sites + exact.energy ** 2;
    expect(Math.abs(square.value - exactSquare)).toBeLessThan(4 * square.stderr!);
  });
  it.each(["metropolis", "heat-bath"] as const)(
    "the magnetisation of 4 x 4, and independence of the replicas, %s",
    async (rule) => {
      const temperature = 2.5;
      const lattice = await loadSquareIsing({ columns: 4, rows: 4, temperature, rule }, createStream(9));
      lattice.sweep(100);
      const exact = enumerateModel(createModel(squareLattice(4)), temperature);
      const absolute: number[] = [];
      let product = 0;
      for (let n = 0; n < 300; n++) {
        lattice.sweep(10);
        const { totals } = lattice.measure();
        absolute.push(totals.reduce((sum, m) => sum + Math.abs(m) / 16, 0) / 128);
        for (let k = 0; k < 127; k++) product += (totals[k]! * totals[k + 1]!) / (256 * 127 * 300);
      }
      const { mean } = analyzeBinning(absolute);
      expect(Math.abs(mean.value - exact.absoluteMagnetization)).toBeLessThan(4 * mean.stderr!);
      expect(Math.abs(product)).toBeLessThan((4 * exact.magnetization2) / Math.sqrt(127 * 300));
    },
  );
});

describe("multi-spin simulation", () => {
  it("estimates everything of 4 x 4 within four standard errors", async () => {
    const model = createModel(squareLattice(4));
    const exact = enumerateModel(model, 2.3);
    const run = await simulateMultiSpin(model, 2.3, createStream(2), { sweeps: 400 });
    for (const name of [
      "energy",
      "heatCapacity",
      "absoluteMagnetization",
      "magnetization2",
      "magnetization4",
    ] as const)
      expect(Math.abs(run[name].value - exact[name]), name).toBeLessThan(4 * run[name].stderr!);
    expect(run.tauEnergy.value).toBeGreaterThan(0.5);
  });
  it("refuses what is no square torus without field", async () => {
    for (const model of [
      createModel(squareLattice(4), { field: 1 }),
      createModel(hyperbolicLattice(7, 3, 2)),
    ])
      await expect(simulateMultiSpin(model, 2, createStream(1))).rejects.toThrow(/expected a square torus/);
  });
});

describe("one lattice, bit-parallel", () => {
  it.each([
    [256, 4, 2.5, "metropolis"],
    [512, 6, 2.3, "metropolis"],
    [256, 4, 2.5, "heat-bath"],
    [512, 6, 2.3, "heat-bath"],
  ] as const)("%i x %i at T = %f, %s", async (columns, rows, temperature, rule) => {
    const options = { columns, rows, temperature, rule, layout: "sites" } as const;
    const lattice = await loadSquareIsing(options, createStream(4));
    expect(lattice.measure()).toEqual({
      energies: Float64Array.of(-2 * columns * rows),
      totals: Float64Array.of(columns * rows),
    });
    lattice.sweep(200);
    const energies: number[] = [];
    for (let n = 0; n < 500; n++) {
      lattice.sweep(10);
      energies.push(lattice.measure().energies[0]! / (columns * rows));
    }
    const { mean } = analyzeBinning(energies);
    const exact = solveKaufman(temperature, columns, rows).energy;
    expect(Math.abs(mean.value - exact)).toBeLessThan(4 * mean.stderr!);
  });
  it("repeats with its seed", async () => {
    const run = async (seed: number) => {
      const options = { columns: 8, rows: 4, temperature: 3 };
      const lattice = await loadSquareIsing(options, createStream(seed));
      lattice.sweep(7);
      return [...lattice.measure().energies];
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });
});

describe("Wolff clusters", () => {
  it("on 29 hyperbolic cells", async () => {
    const graph = hyperbolicLattice(7, 3, 3);
    const temperature = 2.2;
    const wolff = await loadGraphIsing(graph, { temperature, update: "wolff" }, createStream(6));
    wolff.run(100);
    const energies: number[] = [];
    for (let n = 0; n < 4000; n++) {
      wolff.run(5);
      let energy = 0;
      for (let i = 0; i < graph.sites; i++)
        for (let k = graph.offsets[i]!; k < graph.offsets[i + 1]!; k++)
          energy -= (wolff.spins[i]! * wolff.spins[graph.neighbours[k]!]!) / 2;
      expect(wolff.energy).toBe(energy);
      energies.push(energy / graph.sites);
    }
    const { mean } = analyzeBinning(energies);
    const exact = planFreePatch(graph)!.solve(temperature).energy;
    expect(Math.abs(mean.value - exact)).toBeLessThan(4 * mean.stderr!);
  });
});

describe("what is refused", () => {
  it.each([
    [{ columns: 5, rows: 4, temperature: 2 }, /5 columns, expected a multiple of 2/],
    [{ columns: 4, rows: 3, temperature: 2 }, /3 rows, expected an even number/],
    [{ columns: 128, rows: 4, temperature: 2, layout: "sites" as const }, /multiple of 256/],
    [{ columns: 4, rows: 4, temperature: 0 }, /temperature 0/],
    [{ columns: 65536, rows: 65536, temperature: 2 }, /needs 64.0 GiB, WebAssembly offers 4 GiB/],
  ])("%o", async (options, message) => {
    await expect(loadSquareIsing(options, createStream(1))).rejects.toThrow(message);
  });
  it("graphs at T = 0, or with arrays of other lengths", async () => {
    const graph = squareLattice(4);
    const options = { temperature: 2, update: "wolff" } as const;
    const load = (more: object, how: object = options) =>
      loadGraphIsing({ ...graph, ...more }, { ...options, ...how }, createStream(1));
    await expect(load({}, { temperature: 0 })).rejects.toThrow(/temperature 0/);
    await expect(load({ couplings: new Float64Array(3) })).rejects.toThrow(/3 couplings, expected 64/);
    await expect(load({ ghost: new Float64Array(3) })).rejects.toThrow(/3 fields, expected 16/);
  });
});
