/** Onsager, Kaufman, strips and enumeration against published values and against each other. */
import { describe, expect, it } from "vitest";
import {
  createModel,
  dualTemperature,
  enumerateModel,
  SQUARE_TC,
  solveKaufman,
  solveOnsager,
  solveStrip,
  squareLattice,
  triangularLattice,
} from "../../../src/lattice/index.ts";
import { reference } from "./reference.ts";

describe("the infinite square lattice", () => {
  it.each(reference.onsager)("T = %f", (T, f, u, c, m) => {
    const solution = solveOnsager(T!);
    expect(solution.freeEnergy).toBeCloseTo(f!, 9);
    expect(solution.energy).toBeCloseTo(u!, 9);
    expect(solution.heatCapacity).toBeCloseTo(c!, 9);
    expect(solution.magnetization).toBeCloseTo(m!, 9);
  });
  it("is critical where it is self-dual, with u = -sqrt 2", () => {
    expect(SQUARE_TC).toBeCloseTo(reference.criticalTemperature, 11);
    expect(dualTemperature(SQUARE_TC)).toBeCloseTo(SQUARE_TC, 12);
    const { energy, heatCapacity, freeEnergy } = solveOnsager(SQUARE_TC);
    expect(energy).toBeCloseTo(-Math.SQRT2, 12);
    expect(heatCapacity).toBe(Number.POSITIVE_INFINITY);
    // f(Tc) = -Tc (log(2) / 2 + 2 G / pi), G = Catalan's constant
    expect(freeEnergy).toBeCloseTo(-SQUARE_TC * (Math.LN2 / 2 + (2 * 0.915965594177219) / Math.PI), 12);
  });
  it("obeys duality: f/T differs between T and T* by log sinh 2K", () => {
    for (const T of [1.2, 1.9, 2.2]) {
      const dual = dualTemperature(T);
      const difference = solveOnsager(dual).freeEnergy / dual - solveOnsager(T).freeEnergy / T;
      expect(difference).toBeCloseTo(Math.log(Math.sinh(2 / T)), 12);
    }
  });
  it("has u = d(f/T)/dK and c = du/dT", () => {
    for (const T of [1.7, 2.1, 2.6]) {
      const h = 1e-4;
      const [a, b] = [solveOnsager(1 / (1 / T - h)), solveOnsager(1 / (1 / T + h))];
      expect(solveOnsager(T).energy).toBeCloseTo(
        (b.freeEnergy * (1 / T + h) - a.freeEnergy * (1 / T - h)) / (2 * h),
        6,
      );
      expect(solveOnsager(T).heatCapacity).toBeCloseTo(
        (solveOnsager(T + h).energy - solveOnsager(T - h).energy) / (2 * h),
        5,
      );
    }
  });
});

describe("the finite torus", () => {
  // the published derivatives of larger tori are finite differences with an error of 3e-7
  it.each(reference.kaufman)("L = %i at T = %f", (L, T, logZ, u, c) => {
    const solution = solveKaufman(T ?? SQUARE_TC, L);
    expect(solution.logZ).toBeCloseTo(logZ, 9);
    expect(Math.abs(solution.energy - u)).toBeLessThan(L === 4 ? 1e-9 : 5e-7);
    expect(Math.abs(solution.heatCapacity - c)).toBeLessThan(L === 4 ? 1e-9 : 1e-5);
  });
  it.each(reference.square4)("4 x 4 moments at T = %f", (T, m1, m2, m4) => {
    const states = enumerateModel(createModel(squareLattice(4)), T ?? SQUARE_TC);
    expect(states.absoluteMagnetization).toBeCloseTo(m1, 9);
    expect(states.magnetization2).toBeCloseTo(m2, 9);
    expect(states.magnetization4).toBeCloseTo(m4, 9);
  });
  it.each([
    [4, 4],
    [4, 3],
    [3, 5],
    [2, 4],
    [2, 2],
  ])("agrees with enumeration on %i x %i, above, at and below the critical temperature", (columns, rows) => {
    for (const T of [1.3, SQUARE_TC, 3.7]) {
      const states = enumerateModel(createModel(squareLattice(columns, { rows })), T);
      const torus = solveKaufman(T, columns, rows);
      expect(torus.logZ).toBeCloseTo(states.logZ, 12);
      expect(torus.energy).toBeCloseTo(states.energy, 11);
      expect(torus.heatCapacity).toBeCloseTo(states.heatCapacity, 10);
    }
  });
  it("does not care which side is which, and tends to the infinite lattice", () => {
    expect(solveKaufman(2.2, 12, 5).energy).toBeCloseTo(solveKaufman(2.2, 5, 12).energy, 12);
    expect(solveKaufman(1.8, 64).energy).toBeCloseTo(solveOnsager(1.8).energy, 10);
    expect(solveKaufman(3, 64).heatCapacity).toBeCloseTo(solveOnsager(3).heatCapacity, 8);
  });
});

describe("strips", () => {
  it("finite: closed as Kaufman, open as enumeration, with field too", () => {
    expect(solveStrip(2.1, 5, { length: 6, closed: true })).toBeCloseTo(solveKaufman(2.1, 5, 6).logZ, 12);
    for (const field of [0, 0.3]) {
      const open = createModel(squareLattice(4, { rows: 5, periodic: false }), { field });
      const strip = solveStrip(2.1, 4, { length: 5, periodic: false, field });
      expect(strip).toBeCloseTo(enumerateModel(open, 2.1).logZ, 12);
    }
  });
  it("infinite: Onsager's sum over gamma of odd index", () => {
    for (const [T, n] of [
      [2, 6],
      [2.269, 8],
      [3, 5],
    ] as const) {
      const cosh = Math.cosh(2 / T) / Math.tanh(2 / T);
      let sum = 0;
      for (let r = 0; r < n; r++) sum += Math.acosh(cosh - Math.cos((Math.PI * (2 * r + 1)) / n));
      expect(solveStrip(T, n)).toBeCloseTo(0.5 * Math.log(2 * Math.sinh(2 / T)) + sum / (2 * n), 12);
    }
  });
  it("of width one is the chain", () => {
    expect(solveStrip(1.3, 1)).toBeCloseTo(Math.log(2 * Math.cosh(1 / 1.3)), 13);
    const K = 1 / 1.3;
    const h = 0.2 * K;
    const chain =
      Math.exp(K) * Math.cosh(h) + Math.sqrt(Math.exp(2 * K) * Math.sinh(h) ** 2 + Math.exp(-2 * K));
    expect(solveStrip(1.3, 1, { field: 0.2 })).toBeCloseTo(Math.log(chain), 13);
  });
});

describe("enumeration", () => {
  it("of a triangle and of three spins with given couplings", () => {
    const K = 1 / 1.5;
    const ring = enumerateModel(createModel(triangularLattice(2, { periodic: false })), 1.5);
    // two triangles that share a bond: the sum over the shared bond's two states
    const like = Math.exp(K) * (2 * Math.cosh(2 * K)) ** 2;
    const unlike = Math.exp(-K) * 4;
    expect(ring.logZ).toBeCloseTo(Math.log(2 * (like + unlike)) / 4, 13);
  });
});

describe("what is refused", () => {
  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("T = %f", (T) => {
    for (const solve of [solveOnsager, (t: number) => solveKaufman(t, 4), (t: number) => solveStrip(t, 4)])
      expect(() => solve(T)).toThrow(/temperature: received .*above 0/);
  });
  it("sizes", () => {
    expect(() => solveKaufman(2, 0)).toThrow(/side of 0/);
    expect(() => solveStrip(2, 17)).toThrow(/width 17/);
    expect(() => solveStrip(2, 11, { length: 4, closed: true })).toThrow(/width 11/);
    expect(() => solveStrip(2, 4, { length: 0 })).toThrow(/length 0/);
    expect(() => enumerateModel(createModel(squareLattice(5)), 2)).toThrow(/25 free spins, at most 24/);
  });
});
