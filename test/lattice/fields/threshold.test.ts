/** Instability thresholds against published eigenvalues, the continuum disc, and their limit. */
import { describe, expect, it } from "vitest";
import {
  buildTiling,
  calibrateWeight,
  conicalFunction,
  continuumDimension,
  laplacianWeight,
  measureAdjacencyEdge,
  measureThreshold,
  solveDiscEigenvalue,
} from "../../../src/lattice/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { reference } from "./reference.ts";

const pairs = [
  [7, 3],
  [3, 7],
  [5, 4],
  [4, 5],
  [8, 3],
] as const;

describe("the weight of the Laplacian", () => {
  it.each(reference.weights)("{%i,%i} is %f", (p, q, w) => {
    expect(laplacianWeight(p, q)).toBeCloseTo(w, 6);
  });
  it("finite elements give almost the same on triangulations", () => {
    expect(laplacianWeight(7, 3, "finite-element")).toBeCloseTo(0.551324, 5);
    expect(() => laplacianWeight(5, 4, "finite-element")).toThrow(/expected q = 3/);
  });
  it.each([0, -1, Number.NaN])("refuses %f", (weight) => {
    expect(() => laplacianWeight(7, 3, weight)).toThrow(/expected a number above 0/);
  });
});

describe("thresholds of patches", () => {
  it.each(pairs)("{%i,%i}: published eigenvalues, thresholds and radii", async (p, q) => {
    const published = reference.thresholds.filter((row) => row[0] === p && row[1] === q && row[2] < 9);
    for (const [, , layers, lambda, threshold] of published) {
      const { value } = await measureAdjacencyEdge(buildTiling(p, q, layers), createStream(2));
      expect(value).toBeCloseTo(lambda, 8);
      expect(-laplacianWeight(p, q) * (p - value)).toBeCloseTo(threshold, 6);
    }
  });
  it("{7,3}: table, radii, disc, and the limit", async () => {
    const table = await measureThreshold(7, 3, createStream(1), { maxCells: 5000 });
    expect(table.rows.map(({ layers }) => layers)).toEqual([3, 4, 5, 6, 7, 8]);
    for (const [p, , layers, radius] of reference.radii) {
      const row = table.rows.find((r) => p === 7 && r.layers === layers);
      if (row !== undefined) expect(row.radius).toBeCloseTo(radius!, 4);
    }
    for (const { radius, disc } of table.rows) expect(disc).toBeCloseTo(-solveDiscEigenvalue(radius), 12);
    const { limit, lambdaMax, calibratedWeight, weight } = table;
    expect(Math.abs(limit.value + 0.286)).toBeLessThan(2 * limit.stderr!);
    expect(limit.stderr!).toBeLessThan(0.005);
    expect(-weight * (7 - lambdaMax.value)).toBeCloseTo(limit.value, 12);
    expect(calibratedWeight.value * (7 - lambdaMax.value)).toBeCloseTo(0.25, 12);
  });
  it("a number as weight scales everything", async () => {
    const layers = [3, 4, 5, 6];
    const one = await measureThreshold(5, 4, createStream(1), { layers, weight: 1 });
    const two = await measureThreshold(5, 4, createStream(1), { layers, weight: 2 });
    expect(two.limit.value).toBeCloseTo(2 * one.limit.value, 12);
    expect(calibrateWeight(2, two.limit).value).toBeCloseTo(one.calibratedWeight.value, 12);
  });
  it("refuses flat tilings and too few patches", async () => {
    await expect(measureThreshold(4, 4, createStream(1))).rejects.toThrow(/euclidean/);
    await expect(measureThreshold(7, 3, createStream(1), { layers: [3, 4] })).rejects.toThrow(/at least 4/);
    await expect(measureThreshold(7, 3, createStream(1), { layers: [3, 5, 4, 6] })).rejects.toThrow(
      /ascending/,
    );
  });
});

describe("the continuum disc", () => {
  it.each(reference.disc)("radius %f: %f", (radius, eigenvalue) => {
    expect(solveDiscEigenvalue(radius)).toBeCloseTo(eigenvalue, 6);
  });
  it("is flat when small: (j_01 / rho)^2 + 1/3 to the next order", () => {
    const bessel = 2.404825557695773;
    expect(solveDiscEigenvalue(0.01)).toBeCloseTo((bessel / 0.01) ** 2 + 1 / 3, 4);
  });
  it("tends to the Breitenlohner-Freedman bound", () => {
    expect(solveDiscEigenvalue(100)).toBeCloseTo(0.25 + (Math.PI / 101.4) ** 2, 5);
  });
  it("the conical function obeys Legendre's equation", () => {
    const [tau, r, h] = [1.3, 2, 1e-3];
    const [a, b, c] = [r - h, r, r + h].map((x) => conicalFunction(tau, x)) as [number, number, number];
    const laplacian = (a - 2 * b + c) / h ** 2 + ((c - a) / (2 * h)) * (Math.cosh(r) / Math.sinh(r));
    expect(laplacian).toBeCloseTo(-(0.25 + tau * tau) * b, 5);
  });
  it("relates mass and dimension", () => {
    expect(continuumDimension(-0.25)).toBe(0.5);
    expect(continuumDimension(0)).toBe(1);
    expect(() => continuumDimension(-0.3)).toThrow(/Breitenlohner-Freedman/);
    expect(() => solveDiscEigenvalue(0)).toThrow(/radius 0/);
  });
});
