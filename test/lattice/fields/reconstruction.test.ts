/** The inside of a patch from its boundary: exact for on-shell fields, with an honest error from parts of the boundary. */
import { describe, expect, it } from "vitest";
import {
  centreOf,
  createFieldOperator,
  extendInward,
  factorField,
  measureArcReconstruction,
  placeCells,
  reconstructField,
  solveSmearingKernel,
} from "../../../src/lattice/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

function randomValues(seed: number, count: number): Float64Array {
  const values = new Float64Array(count);
  createStream(seed).fillNormal(values);
  return values;
}

describe("smearing kernels", () => {
  it.each([
    [7, 3, 5, 0],
    [3, 7, 8, 0.5],
    [5, 4, 4, -0.2],
    [4, 5, 5, 2],
  ])("{%i,%i}, %i layers, m^2 = %f: the extended field obeys its equation", (p, q, layers, massSquared) => {
    const smearing = solveSmearingKernel(p, q, layers, { massSquared });
    const { tiling, firstBoundary, boundaryCells } = smearing;
    const field = extendInward(smearing, randomValues(3, boundaryCells));
    const operator = createFieldOperator(tiling, { massSquared });
    const out = operator.apply(field, new Float64Array(tiling.cells));
    for (let i = 0; i < firstBoundary; i++) expect(Math.abs(out[i]!)).toBeLessThan(1e-12);
  });
  it("without mass are probabilities: positive, and their sum is 1", () => {
    const { kernel, tiling, boundaryCells } = solveSmearingKernel(7, 3, 5);
    for (let i = 0; i < tiling.cells; i++) {
      const row = kernel.data.subarray(i * boundaryCells, (i + 1) * boundaryCells);
      expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
      expect(row.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 12);
    }
  });
  it("carry correlators inward: <phi_x phi_b> = sum K(x, b') <phi_b' phi_b>", () => {
    // a field that fluctuates freely, with phi = 0 outside: on average its inside is the smearing of its boundary
    const options = { massSquared: 0.4 };
    const smearing = solveSmearingKernel(7, 3, 4, options);
    const { tiling, firstBoundary, boundaryCells, kernel } = smearing;
    const factor = factorField(createFieldOperator(tiling, options));
    const b = new Float64Array(tiling.cells);
    b[tiling.cells - 1] = 1;
    const G = factor.solve(b);
    for (const x of [0, 3, firstBoundary - 1]) {
      let sum = 0;
      for (let k = 0; k < boundaryCells; k++)
        sum += kernel.data[x * boundaryCells + k]! * G[firstBoundary + k]!;
      expect(sum).toBeCloseTo(G[x]!, 13);
    }
  });
});

describe("reconstruction", () => {
  it("of on-shell fields from the whole boundary is exact", async () => {
    const smearing = solveSmearingKernel(7, 3, 5, { massSquared: 1 });
    const { boundaryCells, firstBoundary } = smearing;
    const values = randomValues(5, boundaryCells);
    const truth = extendInward(smearing, values);
    const cells = Uint32Array.from({ length: boundaryCells }, (_, k) => firstBoundary + k);
    const { field, expectedError } = await reconstructField(smearing, { cells, values }, { noise: 1e-6 });
    field.forEach((v, i) => {
      expect(v).toBeCloseTo(truth[i]!, 9);
    });
    expect(Math.max(...expectedError)).toBeLessThan(1e-5);
  });

  it("from an arc knows its wedge: half of the variance at the geodesic, better inside, worse outside", async () => {
    const smearing = solveSmearingKernel(7, 3, 6);
    const { tiling, firstBoundary, boundaryCells } = smearing;
    const placement = placeCells(tiling);
    const points = Array.from({ length: tiling.cells }, (_, c) => centreOf(placement, c));
    const isRight = (c: number) => points[c]!.x > 1e-9;
    // half of the boundary: the geodesic is the vertical diameter, on which the central cell lies
    const cells = Array.from({ length: boundaryCells }, (_, k) => firstBoundary + k).filter(isRight);
    const { expectedError } = await reconstructField(
      smearing,
      { cells, values: cells.map(() => 0) },
      { noise: 1e-4 },
    );
    expect(expectedError[0]! ** 2).toBeCloseTo(0.5, 1);
    for (let c = 0; c < firstBoundary; c++) {
      if (points[c]!.x > 0.3) expect(expectedError[c]).toBeLessThan(0.55);
      if (points[c]!.x < -0.3) expect(expectedError[c]).toBeGreaterThan(0.8);
    }
  });

  it("errors are what they are said to be, and a second layer of data helps", async () => {
    const smearing = solveSmearingKernel(7, 3, 5);
    const { tiling, firstBoundary, boundaryCells } = smearing;
    const second = tiling.layerStart.at(-3)!;
    const noise = 0.02;
    const stream = createStream(8);
    const half = (first: number) =>
      Array.from({ length: tiling.cells - first }, (_, k) => first + k).filter(
        (_, k, all) => k < all.length / 2,
      );
    const fields = Array.from({ length: 60 }, (_, k) =>
      extendInward(smearing, randomValues(k + 10, boundaryCells)),
    );
    for (const cells of [half(firstBoundary), [...half(firstBoundary), ...half(second).slice(0, 30)]]) {
      const errors = new Float64Array(tiling.cells);
      const sizes = new Float64Array(tiling.cells);
      let expected: Float64Array | null = null;
      for (const truth of fields) {
        const values = cells.map((c) => truth[c]! + noise * stream.normal());
        const rebuilt = await reconstructField(smearing, { cells, values }, { noise });
        expected = rebuilt.expectedError;
        for (let c = 0; c < tiling.cells; c++) {
          errors[c]! += (rebuilt.field[c]! - truth[c]!) ** 2;
          sizes[c]! += truth[c]! ** 2;
        }
      }
      // 60 fields: a ratio of variances is known to about 20 %
      for (const c of [0, 1, 5, 20]) {
        const measured = Math.sqrt(errors[c]! / sizes[c]!);
        expect(Math.abs(measured / expected![c]! - 1)).toBeLessThan(0.45);
      }
    }
    const one = half(firstBoundary);
    const two = [...one, ...half(second)];
    const from = async (cells: number[]) =>
      (await reconstructField(smearing, { cells, values: cells.map(() => 0) }, { noise })).expectedError;
    const [a, b] = [await from(one), await from(two)];
    b.forEach((e, c) => {
      expect(e).toBeLessThanOrEqual(a[c]! + 1e-9);
    });
    expect(b[0]!).toBeLessThan(0.8 * a[0]!);
  });

  it("refuses what does not fit", async () => {
    const smearing = solveSmearingKernel(7, 3, 3);
    const data = { cells: [1], values: [1] };
    await expect(reconstructField(smearing, { cells: [1], values: [] })).rejects.toThrow(
      /1 cells and 0 values/,
    );
    await expect(reconstructField(smearing, { cells: [99], values: [1] })).rejects.toThrow(/cell 99/);
    await expect(reconstructField(smearing, data, { noise: 0 })).rejects.toThrow(/noise 0/);
    expect(() => extendInward(smearing, [1])).toThrow(/1 boundary values, expected 21/);
    expect(() => solveSmearingKernel(7, 3, 1)).toThrow(/1 layers/);
    expect(() => solveSmearingKernel(7, 3, 9)).toThrow(/exceed 16777216 entries/);
  });
});

describe("arcs of the boundary", () => {
  it.each([1, 2])("with %i layers of data know their wedge", async (dataLayers) => {
    const options = { angle: 2, dataLayers, noise: 1e-3, massSquared: 0.3 };
    const arc = await measureArcReconstruction(7, 3, 6, createStream(3), options);
    expect(arc.residual).toBeLessThan(1e-12);
    expect(arc.inside!).toBeLessThan(0.75 * arc.outside!);
    expect(arc.measuredInside!.value / arc.inside!).toBeGreaterThan(0.3);
    expect(arc.measuredInside!.value / arc.inside!).toBeLessThan(3);
    for (const c of arc.dataCells) expect(arc.expectedError[c]).toBeLessThan(0.02);
  });
  it("of the whole ring leave nothing unknown", async () => {
    const arc = await measureArcReconstruction(5, 4, 4, createStream(1), { angle: 2 * Math.PI, noise: 1e-6 });
    expect(arc.dataCells).toHaveLength(arc.smearing.boundaryCells);
    expect(Math.max(...arc.expectedError)).toBeLessThan(1e-5);
    expect(arc.outside).toBeNull();
    expect(Math.max(...arc.field.map((v, c) => Math.abs(v - arc.truth[c]!)))).toBeLessThan(1e-4);
  });
  it("refuse what there is not", async () => {
    const stream = createStream(1);
    await expect(measureArcReconstruction(7, 3, 4, stream, { angle: 0 })).rejects.toThrow(/arc of 0/);
    await expect(measureArcReconstruction(7, 3, 4, stream, { dataLayers: 4 })).rejects.toThrow(
      /4 layers of data/,
    );
    await expect(measureArcReconstruction(3, 7, 3, stream, { angle: 1e-6 })).rejects.toThrow(/no cell/);
  });
});
