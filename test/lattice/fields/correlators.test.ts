/** Scaling dimensions against published fits and the continuum relation. */
import { describe, expect, it } from "vitest";
import { buildTiling, measureCorrelators, measureThreshold } from "../../../src/lattice/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { reference } from "./reference.ts";

describe("boundary and bulk exponents", () => {
  it.each(reference.correlators)("{$p,$q}, $layers layers: within 0.01 of the published fits", (row) => {
    const tiling = buildTiling(row.p, row.q, row.layers);
    for (const [k, massSquared] of row.massSquared.entries()) {
      const { boundary, bulk, continuum } = measureCorrelators(tiling, createStream(1), { massSquared });
      expect(Math.abs(boundary.value - row.boundary[k]!), `m^2 = ${massSquared}`).toBeLessThan(0.01);
      if (row.bulk !== null) expect(Math.abs(bulk.value - row.bulk[k]!)).toBeLessThan(0.01);
      expect(continuum! * (continuum! - 1)).toBeCloseTo(massSquared, 12);
    }
  });
  it("come nearer to the continuum with the calibrated weight", async () => {
    const tiling = buildTiling(7, 3, 7);
    const table = await measureThreshold(7, 3, createStream(1), { layers: [4, 5, 6, 7] });
    for (const massSquared of [-0.2, 0.5, 1, 2]) {
      const plain = measureCorrelators(tiling, createStream(1), { massSquared });
      const weight = table.calibratedWeight.value;
      const calibrated = measureCorrelators(tiling, createStream(1), { massSquared, weight });
      const miss = (x: typeof plain) => Math.abs(x.boundary.value - x.continuum!);
      expect(miss(calibrated)).toBeLessThan(0.8 * miss(plain));
    }
  });
  it("do not depend on the weight without mass", () => {
    const tiling = buildTiling(5, 4, 5);
    const [a, b] = [1, 3].map((weight) => measureCorrelators(tiling, createStream(4), { weight }));
    expect(a!.boundary.value).toBeCloseTo(b!.boundary.value, 10);
    expect(a!.bulk.value).toBeCloseTo(b!.bulk.value, 10);
  });
  it("curves cover all pairs", () => {
    const tiling = buildTiling(7, 3, 5);
    const options = { sources: 10, smallestAngle: 0.01 };
    const { boundaryCurve, bulkCurve } = measureCorrelators(tiling, createStream(1), options);
    expect(boundaryCurve.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(10 * (tiling.perLayer.at(-1)! - 1));
    expect(bulkCurve.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(tiling.cells - 1);
    expect(boundaryCurve.every(({ at }, k) => k === 0 || at > boundaryCurve[k - 1]!.at)).toBe(true);
    expect(boundaryCurve.at(-1)!.value).toBeLessThan(boundaryCurve[0]!.value / 50);
  });
  it("refuse small patches, a vertex in the middle, too few sources", () => {
    const stream = createStream(1);
    expect(() => measureCorrelators(buildTiling(7, 3, 3), stream)).toThrow(/received 3 layers/);
    expect(() => measureCorrelators(buildTiling(7, 3, 5, { centre: "vertex" }), stream)).toThrow(
      /round a vertex/,
    );
    expect(() => measureCorrelators(buildTiling(7, 3, 5), stream, { sources: 1 })).toThrow(/1 sources/);
  });
});
