import { describe, expect, it } from "vitest";
import {
  copyAverageLoss,
  generalizationError,
  learningSlopes,
  simulateOnlineLearning,
  solveCriticalRate,
  solveOnlineLearning,
  symmetricPlateau,
} from "../../../src/bayes/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import reference from "../../fixtures/bayes-reference.json" with { type: "json" };
import { twoUnits as start } from "./two-units.ts";

describe("on-line learning", () => {
  it("has the reference slopes at the start", () => {
    const { dQ, dR } = reference["saad_solla_rhs_t0_eta1_sigma0.1"];
    const { students, cross } = learningSlopes(start, { rate: 1, noise: 0.1 });
    for (const i of [0, 1]) {
      for (const j of [0, 1]) {
        expect(students[i]?.[j]).toBeCloseTo(dQ[i]?.[j] as number, 9);
        expect(cross[i]?.[j]).toBeCloseTo(dR[i]?.[j] as number, 9);
      }
    }
  });

  it("follows the reference trajectories", () => {
    for (const { eta, sigma, traj } of reference.saad_solla) {
      const times = traj.map(({ a }) => a);
      const points = solveOnlineLearning(start, times, { rate: eta, noise: sigma });
      traj.forEach(({ a, eg, Q, R }, t) => {
        const tolerance = a <= 50 ? 1e-6 : 1e-4;
        const point = points[t];
        expect(Math.abs((point?.error as number) / eg - 1)).toBeLessThan(tolerance);
        expect(Math.abs((point?.overlaps.students[0]?.[1] as number) - (Q[0]?.[1] as number))).toBeLessThan(
          tolerance,
        );
        expect(Math.abs((point?.overlaps.cross[0]?.[0] as number) - (R[0]?.[0] as number))).toBeLessThan(
          tolerance,
        );
      });
    }
  });

  it("follows the reference of one unit", () => {
    const single = { students: [[0.25]], cross: [[0]], teachers: [[1]], readout: [1], teacherReadout: [1] };
    const errors = solveOnlineLearning(single, [0, 1, 5, 20], { rate: 1 }).map(({ error }) => error);
    [0.23076088352, 0.11485455582, 1.0329545403e-2, 6.0003266e-5].forEach((expected, i) => {
      expect(Math.abs((errors[i] as number) / expected - 1)).toBeLessThan(1e-6);
    });
  });

  it("rests on the symmetric plateau as the rate vanishes", () => {
    for (const [units, expected] of [
      [2, 0.0116108403],
      [3, 0.0202965887],
      [5, 0.0362263226],
    ] as const) {
      const { overlaps, error } = symmetricPlateau(units);
      expect(error).toBeCloseTo(expected, 10);
      expect(generalizationError(overlaps)).toBeCloseTo(error, 12);
      const { students, cross } = learningSlopes(overlaps, { rate: 1e-6 });
      expect(Math.abs(cross[0]?.[0] as number) / 1e-6).toBeLessThan(1e-12);
      expect(Math.abs(students[0]?.[1] as number) / 1e-6).toBeLessThan(1e-5);
    }
  });

  it("has the critical rates of the linearised equations", () => {
    expect(solveCriticalRate(1)).toBeCloseTo((Math.sqrt(15) * Math.PI) / 3, 5);
    expect(solveCriticalRate(2)).toBeCloseTo(2.3068277, 5);
    expect(solveCriticalRate(3)).toBeCloseTo(1.6206745, 5);
    expect(solveCriticalRate(4)).toBeCloseTo(1.2493928, 5);
  });

  it("has the copy-average losses", () => {
    [0.011610840313, 0.020296588657, 0.02837726387, 0.036226322602, 0.04396163056].forEach((loss, i) => {
      expect(copyAverageLoss(2, i + 3)).toBeCloseTo(loss, 11);
    });
    expect(copyAverageLoss(3, 3)).toBeCloseTo(0, 14);
  });

  it("is the limit of a simulation", () => {
    const times = [0, 1, 5];
    const theory = solveOnlineLearning(start, times, { rate: 1 });
    const runs = [1, 2, 3, 4].map((seed) =>
      simulateOnlineLearning(start, times, { rate: 1, dimension: 500, stream: createStream(seed) }),
    );
    times.forEach((_, t) => {
      const mean = runs.reduce((sum, run) => sum + (run[t]?.error as number) / runs.length, 0);
      expect(Math.abs(mean / (theory[t]?.error as number) - 1)).toBeLessThan(0.05);
    });
    // the start is imposed exactly
    expect(runs[0]?.[0]?.overlaps.cross[1]?.[1]).toBeCloseTo(0.02, 12);
  });

  it("learns the readout too", () => {
    const slow = { ...start, readout: [0.5, 0.5] };
    const [end] = solveOnlineLearning(slow, [200], { rate: 1, trainReadout: true }).slice(-1);
    expect(end?.overlaps.readout.every((v) => Math.abs(v - 1) < 0.2)).toBe(true);
    expect(end?.error).toBeLessThan(0.01);
  });

  it("names what does not fit", () => {
    expect(() => solveOnlineLearning({ ...start, readout: [1] }, [1], { rate: 1 })).toThrow(/v 1/);
    expect(() => solveOnlineLearning(start, [1], { rate: 0 })).toThrow(/rate 0/);
    expect(() => solveOnlineLearning(start, [2, 1], { rate: 1 })).toThrow(/ascending/);
    expect(() => symmetricPlateau(0)).toThrow(/0 units/);
  });
});
