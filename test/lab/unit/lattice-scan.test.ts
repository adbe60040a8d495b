/** The scan of the Lattice room without a browser: its temperatures, its numbers, its end. */
import { describe, expect, it } from "vitest";
import { collection, collectPoints } from "../../../lab/src/rooms/lattice/points.ts";
import { type ProgramSpec, scanCommandOf } from "../../../lab/src/rooms/lattice/program-text.ts";
import { measureScan } from "../../../lab/src/rooms/lattice/scan/measure.ts";
import type { ScanRequest, ScanResult } from "../../../lab/src/rooms/lattice/scan/messages.ts";
import { coarseFirst, temperaturesAround } from "../../../lab/src/rooms/lattice/scan/temperatures.ts";
import { createModel, parseLattice, planExact, simulateIsing } from "../../../src/lattice/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const request: ScanRequest = {
  model: { lattice: { kind: "tiling", p: 7, q: 3, layers: 3, by: "edge", boundary: "free" }, field: 0 },
  algorithm: "heat-bath",
  start: "disordered",
  seed: 4,
  thermalization: 50,
  sweeps: 600,
  temperatures: [3, 2, 4],
};

describe("a scan", () => {
  it("goes to temperatures that are dense in the middle, coarse ones first", () => {
    const all = temperaturesAround(2.269185, 9);
    expect([all[0], all[4], all[8]]).toEqual([1.362, 2.269, 3.177]);
    const steps = all.slice(1).map((T, k) => T - all[k]!);
    expect(steps[3]!).toBeLessThan(steps[0]! / 2);
    expect(coarseFirst([0, 1, 2, 3, 4, 5, 6, 7, 8])).toEqual([0, 8, 4, 2, 6, 1, 3, 5, 7]);
    expect(coarseFirst([7])).toEqual([7]);
  });

  it("measures what simulateIsing does, near the exact values, and tells of each point", async () => {
    const partials: ScanResult[] = [];
    const steps: number[] = [];
    const { points } = await measureScan(request, {
      signal: new AbortController().signal,
      progress: ({ done, total }) => steps.push(done / (total ?? 1)),
      partial: (partial) => partials.push(partial),
    });
    expect(partials.map((partial) => partial.points.length)).toEqual([1, 2, 3]);
    expect(steps.at(-1)).toBe(1);
    const model = createModel(parseLattice("7,3:3"));
    for (const { temperature, measured, estimates } of points) {
      const stream = createStream(4).fork("ising").fork(String(temperature));
      const { algorithm, start, thermalization, sweeps } = request;
      const run = await simulateIsing(model, temperature, stream, {
        algorithm,
        start,
        thermalization,
        sweeps,
      });
      expect(measured).toBe(600);
      expect(estimates.energy).toEqual(run.energy);
      expect(estimates.heatCapacity).toEqual(run.heatCapacity);
      const exact = planExact(model)!.solve(temperature).energy;
      expect(Math.abs(estimates.energy.value - exact)).toBeLessThan(4 * estimates.energy.stderr!);
    }
    collectPoints("here", points);
    expect(collection.value.points.map(({ temperature }) => temperature)).toEqual([2, 3, 4]);
    const before = collection.value;
    collectPoints("here", points);
    expect(collection.value).toBe(before);
    collectPoints("elsewhere", points.slice(0, 1));
    expect(collection.value.points).toHaveLength(1);
  });

  it("ends when it is told to", async () => {
    const controller = new AbortController();
    const scan = measureScan(
      { ...request, sweeps: 1e6 },
      { signal: controller.signal, progress: () => controller.abort(), partial: () => {} },
    );
    await expect(scan).rejects.toThrow(/abort/i);
  });

  it("has a command", () => {
    const spec: Omit<ProgramSpec, "temperature"> = { ...request.model, ...request };
    expect(scanCommandOf(spec, request.temperatures)).toBe(
      "isinglass ising --lattice 7,3:3 --temperatures 2,3,4 --algorithm heat-bath --start disordered --sweeps 600 --thermalization 50 --seed 4",
    );
  });
});
