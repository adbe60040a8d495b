/** The simulation of the Lattice room without a worker: its numbers are the library's, and it never waits for pictures. */
import { describe, expect, it } from "vitest";
import type { RunSpec } from "../../../lab/src/rooms/lattice/simulation/messages.ts";
import { streamOf } from "../../../lab/src/rooms/lattice/simulation/stream.ts";
import { createModel, parseLattice, simulateIsing } from "../../../src/lattice/index.ts";
import { openSimulation, spec } from "../setup/lattice.ts";

describe("the simulation behind the room", () => {
  it.each<readonly [Partial<RunSpec>, string]>([
    [{}, "7,3:4"],
    [
      {
        lattice: { kind: "tiling", p: 5, q: 4, layers: 3, by: "vertex", boundary: "wired" },
        algorithm: "wolff",
      },
      "5,4:3:vertex",
    ],
    [
      {
        lattice: { kind: "square", size: 256, boundary: "periodic" },
        algorithm: "metropolis",
        temperature: 2.3,
      },
      "square:256",
    ],
    [
      {
        lattice: { kind: "square", size: 16, boundary: "free" },
        algorithm: "swendsen-wang",
        field: 0.2,
        seed: 9,
      },
      "square:16:open",
    ],
  ])("%o: the numbers of simulateIsing, and its spins", async (change, name) => {
    const run = { ...spec, ...change };
    const { simulation, next, frame } = openSimulation();
    simulation.receive({ kind: "start", id: 1, run });
    expect((await next("built")).lattice.name).toBe(name);
    await frame();
    simulation.receive({ kind: "step", sweeps: 100 });
    simulation.receive({ kind: "step", sweeps: 40 });
    const { numbers, estimates, spins } = await frame();
    expect(numbers).toMatchObject({
      sweeps: 140,
      measured: 100,
      isFresh: true,
      temperature: run.temperature,
    });
    const boundary = run.lattice.boundary === "wired" ? "wired" : "free";
    const model = createModel(parseLattice(name), { boundary, field: run.field });
    const { algorithm, start, thermalization } = run;
    const options = { algorithm, start, thermalization, sweeps: 100, configuration: true };
    const stream = streamOf(run.seed, run.temperature);
    const { configuration, energy, heatCapacity, binder, tauEnergy } = await simulateIsing(
      model,
      run.temperature,
      stream,
      options,
    );
    expect(estimates?.estimates).toMatchObject({ energy, heatCapacity, binder, tauEnergy });
    expect(Int8Array.from(spins, (byte) => (byte === 255 ? 1 : -1))).toEqual(configuration);
  });

  it("takes a temperature before the first sweep into the seed, later as a change under way", async () => {
    const { simulation, frame, next } = openSimulation();
    simulation.receive({ kind: "start", id: 1, run: spec });
    await next("built");
    await frame();
    simulation.receive({ kind: "temperature", temperature: 2.5 });
    simulation.receive({ kind: "step", sweeps: 100 });
    await new Promise((done) => setTimeout(done, 50));
    const first = await frame();
    expect(first.numbers).toMatchObject({ temperature: 2.5, sweeps: 100, measured: 60, isFresh: true });
    const other = openSimulation();
    other.simulation.receive({ kind: "start", id: 1, run: { ...spec, temperature: 2.5 } });
    await other.next("built");
    await other.frame();
    other.simulation.receive({ kind: "step", sweeps: 100 });
    expect((await other.frame()).spins).toEqual(first.spins);
    simulation.receive({ kind: "temperature", temperature: 4 });
    simulation.receive({ kind: "step", sweeps: 50 });
    expect((await frame()).numbers).toMatchObject({
      temperature: 4,
      sweeps: 150,
      measured: 10,
      isFresh: false,
    });
  });

  it("runs without waiting for pictures; at the pace of pictures it does as many sweeps as asked", async () => {
    const { simulation, frame, next } = openSimulation();
    simulation.receive({ kind: "start", id: 1, run: spec });
    await next("built");
    await frame();
    simulation.receive({ kind: "pace", isRunning: true, pace: null });
    await expect
      .poll(async () => (await frame()).numbers, { timeout: 20_000, interval: 200 })
      .toSatisfy(({ sweeps, rate }) => sweeps > 1000 && (rate ?? 0) > 100);
    simulation.receive({ kind: "pace", isRunning: false, pace: null });
    const paused = (await frame()).numbers.sweeps;
    simulation.receive({ kind: "pace", isRunning: true, pace: 4 });
    for (let n = 0; n < 5; n++) await frame();
    await new Promise((done) => setTimeout(done, 20));
    simulation.receive({ kind: "pace", isRunning: false, pace: 4 });
    const after = (await frame()).numbers.sweeps;
    expect((after - paused) % 4).toBe(0);
    expect(after - paused).toBeLessThanOrEqual(24);
    expect(after - paused).toBeGreaterThanOrEqual(16);
  });

  it("goes back to pictures of the past, and forward again", async () => {
    const { simulation, frame, next } = openSimulation();
    simulation.receive({ kind: "start", id: 1, run: spec });
    await next("built");
    const first = await frame();
    simulation.receive({ kind: "step", sweeps: 20 });
    const last = await frame();
    expect(last.numbers.past).toEqual({ count: 21, stride: 1 });
    simulation.receive({ kind: "past", index: 0 });
    const past = await frame();
    expect([past.pastSweep, past.spins]).toEqual([0, first.spins]);
    simulation.receive({ kind: "past", index: 20 });
    expect((await frame()).spins).toEqual(last.spins);
    simulation.receive({ kind: "step", sweeps: 1 });
    expect((await frame()).pastSweep).toBeNull();
  });

  it("tells of a cell, and of what cannot be built", async () => {
    const { simulation, frame, next } = openSimulation();
    simulation.receive({ kind: "start", id: 1, run: { ...spec, start: "ordered" } });
    await next("built");
    await frame();
    simulation.receive({ kind: "inspect", site: 0 });
    expect((await next("inspected")).cell).toEqual({
      ...{ site: 0, spin: 1, layer: 0, isRim: false },
      neighbours: [1, 2, 3, 4, 5, 6, 7],
    });
    simulation.receive({
      kind: "start",
      id: 2,
      run: { ...spec, lattice: { ...spec.lattice, p: 4, q: 4 } as RunSpec["lattice"] },
    });
    const { error } = await next("failed");
    expect(error.message).toMatch(/\{4,4\} is euclidean/);
  });
});
