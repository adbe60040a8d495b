import { describe, expect, it } from "vitest";
import { integrateOde, type OdeFunction } from "../../src/numerics/index.ts";
import { fixture, largestDifference } from "./fixture.ts";

interface Trajectory {
  times: number[];
  states: number[][];
}
const reference = fixture<{ lotkaVolterra: Trajectory; lorenz: Trajectory }>("ode");

const lotkaVolterra: OdeFunction = (_t, y, slope) => {
  slope[0] = y[0]! * (1.5 - y[1]!);
  slope[1] = y[1]! * (y[0]! - 3);
};
const lorenz: OdeFunction = (_t, y, slope) => {
  slope[0] = 10 * (y[1]! - y[0]!);
  slope[1] = y[0]! * (28 - y[2]!) - y[1]!;
  slope[2] = y[0]! * y[1]! - (8 / 3) * y[2]!;
};
const oscillator: OdeFunction = (_t, y, slope) => {
  slope[0] = y[1]!;
  slope[1] = -y[0]!;
};

describe("integrateOde", () => {
  it("follows Lotka-Volterra and Lorenz as scipy's DOP853 does", () => {
    const tight = { relativeTolerance: 1e-12, absoluteTolerance: 1e-14 };
    const predator = integrateOde(lotkaVolterra, [4, 1], reference.lotkaVolterra.times, tight);
    predator.states.forEach((y, i) => {
      expect(largestDifference(y, reference.lotkaVolterra.states[i]!)).toBeLessThan(2e-9);
    });
    const chaos = integrateOde(lorenz, [1, 1, 1], reference.lorenz.times, tight);
    chaos.states.forEach((y, i) => {
      expect(largestDifference(y, reference.lorenz.states[i]!)).toBeLessThan(1e-8);
    });
  });

  it("gives dense output as accurate as the steps, forwards and backwards", () => {
    const times = Float64Array.from({ length: 1001 }, (_, i) => i / 50);
    for (const sign of [1, -1]) {
      const { states, steps } = integrateOde(
        oscillator,
        [0, 1],
        times.map((t) => sign * t),
      );
      expect(steps).toBeLessThan(times.length);
      states.forEach((y, i) => {
        expect(Math.abs(y[0]! - sign * Math.sin(times[i]!))).toBeLessThan(2e-7);
        expect(Math.abs(y[1]! - Math.cos(times[i]!))).toBeLessThan(2e-7);
      });
    }
  });

  it("lowers the error with the tolerance at fifth order", () => {
    const errors = [1e-4, 1e-7, 1e-10].map((tolerance) => {
      const options = { relativeTolerance: tolerance, absoluteTolerance: tolerance };
      const { states, evaluations } = integrateOde(oscillator, [0, 1], [0, 20], options);
      return { error: Math.abs(states[1]![0]! - Math.sin(20)), evaluations };
    });
    expect(errors[0]!.error / errors[2]!.error).toBeGreaterThan(1e4);
    // Six decades of tolerance cost at most 10^(6/5) = 16 times the evaluations, with a margin.
    expect(errors[2]!.evaluations / errors[0]!.evaluations).toBeLessThan(24);
  });

  it("is exact for polynomials of degree 5 in t", () => {
    const { states } = integrateOde((t, _y, slope) => (slope[0] = 5 * t ** 4), [0], [0, 3], {
      relativeTolerance: 1e-3,
    });
    expect(Math.abs(states[1]![0]! - 243)).toBeLessThan(1e-11);
  });

  it("stops with a reason at a pole, at NaN and when steps run out", () => {
    const pole = integrateOde((_t, y, slope) => (slope[0] = y[0]! ** 2), [1], [0, 0.5, 2]);
    expect(pole).toMatchObject({ converged: false });
    expect(pole.states.length).toBe(2);
    expect(Math.abs(pole.reached - 1)).toBeLessThan(1e-6);
    const undefinedSlope = integrateOde((t, _y, slope) => (slope[0] = Math.sqrt(1 - t)), [0], [0, 2]);
    expect(undefinedSlope).toMatchObject({ converged: false, reason: "step too small" });
    const short = integrateOde(oscillator, [0, 1], [0, 1000], { maxSteps: 10 });
    expect(short).toMatchObject({ converged: false, reason: "too many steps" });
  });

  it("returns the initial state for a single time and refuses unordered times", () => {
    expect(integrateOde(oscillator, [0, 1], [3])).toMatchObject({ converged: true, steps: 0 });
    expect(() => integrateOde(oscillator, [0, 1], [0, 2, 1])).toThrow(/times\[1\]|times\[2\]/);
    expect(() => integrateOde(oscillator, [0, 1], [])).toThrow(/no times/);
    expect(() => integrateOde(oscillator, [0, 1], [0, Number.NaN])).toThrow(/monotonic/);
  });
});
