import { describe, expect, it } from "vitest";
import { loadSquareIsing } from "../../../src/kernels/index.ts";
import {
  createModel,
  parseLattice,
  planExact,
  simulateIsing,
  solveKaufman,
  squareLattice,
  startIsing,
} from "../../../src/lattice/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

describe("a run that is advanced step by step", () => {
  it.each([
    ["square:16", "free", "wolff", 2.3, "ordered"],
    ["square:16", "free", "swendsen-wang", 2.3, "disordered"],
    ["square:256x16", "free", "metropolis", 2.6, "ordered"],
    ["square:256x16", "free", "metropolis", 2.6, "disordered"],
    ["square:12:open", "wired", "heat-bath", 2.3, "disordered"],
    ["7,3:4", "free", "metropolis", 3, "ordered"],
    ["7,3:4", "wired", "wolff", 5.3, "ordered"],
  ] as const)(
    "%s %s, %s at T = %d, %s: the bits of simulateIsing",
    async (name, boundary, algorithm, T, start) => {
      const model = createModel(parseLattice(name), { boundary });
      const run = await startIsing(model, T, createStream(5), { algorithm, start, thermalization: 31 });
      // in uneven pieces
      for (const piece of [7, 24, 1, 99, 100]) run.advance(piece);
      const options = { algorithm, start, sweeps: 200, thermalization: 31, configuration: true };
      const { profiles, temperature, sweeps, thermalization, configuration, ...whole } = await simulateIsing(
        model,
        T,
        createStream(5),
        options,
      );
      const { centralMagnetization, ...estimates } = run.estimate();
      expect({ ...estimates, algorithm }).toEqual(whole);
      expect(run.readSpins()).toEqual(configuration);
      expect([run.sweeps, run.measured, run.isFresh]).toEqual([231, 200, true]);
      if (boundary === "wired") {
        const full = { ...options, profiles: true, configuration: false };
        const { profiles: parts } = await simulateIsing(model, T, createStream(5), full);
        expect(centralMagnetization).toEqual(parts?.centralMagnetization);
      } else expect(centralMagnetization.value).toBe(0);
    },
  );

  it.each([
    ["square:8", "wolff"],
    ["square:256x4", "metropolis"],
    ["7,3:3", "heat-bath"],
  ] as const)(
    "%s, %s: goes on at another temperature, and meets the exact energy there",
    async (name, algorithm) => {
      const model = createModel(parseLattice(name));
      const run = await startIsing(model, 1, createStream(7), { algorithm, thermalization: 300 });
      run.advance(400);
      run.setTemperature(3);
      expect([run.measured, run.isFresh, run.temperature]).toEqual([0, false, 3]);
      run.advance(4300);
      const { energy } = run.estimate();
      const exact = planExact(model)!.solve(3).energy;
      expect(Math.abs(energy.value - exact)).toBeLessThan(4 * energy.stderr!);
    },
  );

  it("keeps energy and magnetisation of the configuration that it shows", async () => {
    const model = createModel(squareLattice(256, { rows: 6 }));
    const run = await startIsing(model, 2.4, createStream(2), {
      algorithm: "metropolis",
      start: "disordered",
    });
    for (const steps of [0, 3, 40]) {
      run.advance(steps);
      const spins = run.readSpins();
      expect(run.magnetization * 1536).toBeCloseTo(
        spins.reduce((sum, s) => sum + s, 0),
        8,
      );
      expect(run.energy * 1536).toBeCloseTo(bondEnergy(model.graph, spins), 8);
    }
  });

  it("stops recording at its limit, and refuses what makes no sense", async () => {
    const model = createModel(squareLattice(4));
    const run = await startIsing(model, 2, createStream(1), { thermalization: 0, mostMeasurements: 20 });
    expect(() => run.estimate()).toThrow(/received 0 measurements, expected at least 16/);
    run.advance(30);
    expect([run.sweeps, run.measured]).toEqual([30, 20]);
    expect(() => run.setTemperature(-1)).toThrow(/temperature: received -1/);
    await expect(startIsing(model, 2, createStream(1), { thermalization: 0.5 })).rejects.toThrow(/0.5/);
  });
});

describe("spins of the bit-parallel kernel", () => {
  it.each([
    [256, 4, "sites"],
    [768, 2, "sites"],
    [6, 4, "replicas"],
  ] as const)("%i x %i, %s", async (columns, rows, layout) => {
    const lattice = await loadSquareIsing({ columns, rows, temperature: 2.5, layout }, createStream(4));
    const { graph } = createModel(squareLattice(columns, { rows }));
    const spins = new Int8Array(columns * rows);
    lattice.sweep(20);
    for (const copy of layout === "sites" ? [0] : [0, 77, 127]) {
      lattice.readSpins(spins, copy);
      const { energies, totals } = lattice.measure();
      expect(totals[copy]).toBe(spins.reduce((sum, s) => sum + s, 0));
      expect(energies[copy]).toBe(bondEnergy(graph, spins));
    }
    const random = createStream(3);
    const wanted = Int8Array.from(spins, () => (random.uniform() < 0.3 ? -1 : 1));
    lattice.writeSpins(wanted);
    lattice.readSpins(spins, layout === "sites" ? 0 : 99);
    expect(spins).toEqual(wanted);
  });
  it("changes temperature", async () => {
    const options = { columns: 256, rows: 4, temperature: 1, layout: "sites" as const };
    const lattice = await loadSquareIsing(options, createStream(4));
    lattice.setTemperature(4);
    lattice.sweep(200);
    let sum = 0;
    for (let n = 0; n < 2000; n++) {
      lattice.sweep(1);
      sum += lattice.measure().energies[0]! / 1024;
    }
    expect(Math.abs(sum / 2000 - solveKaufman(4, 256, 4).energy)).toBeLessThan(0.005);
  });
});

function bondEnergy(
  { sites, offsets, neighbours }: { sites: number; offsets: Uint32Array; neighbours: Uint32Array },
  spins: Int8Array,
): number {
  let energy = 0;
  for (let i = 0; i < sites; i++)
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) energy -= (spins[i]! * spins[neighbours[k]!]!) / 2;
  return energy;
}
