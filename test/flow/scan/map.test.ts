/** Reach, cutoff, maps, boundaries and their comparison with training, on curves that are known. */
import { describe, expect, it } from "vitest";
import {
  assembleMap,
  bestColumn,
  compareWithTraining,
  type FlowColumn,
  type FlowProfile,
  findDifferentialCutoff,
  findReach,
  interpolateShare,
  orderedBoundary,
  shannonEntropy,
} from "../../../src/flow/scan/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const DEPTH = 20;
/** A curve that falls as exp(-l / xi) from 0.6. */
function profile(xi: number, offset = 0): FlowProfile {
  const gram = Array.from({ length: DEPTH + 1 }, (_, l) => (0.6 + offset) * Math.exp(-l / xi));
  return {
    gram,
    differential: gram.map((s) => -19 + 12 * s),
    relative: gram.map((s) => 1 - s),
    forward: gram,
    forwardLargest: gram.map((s) => 1 - s),
    decoderLoss: gram.slice(1),
    shannon: gram,
    classification: {} as FlowProfile["classification"],
  };
}
const column = (sigmaW2: number, xi: number): FlowColumn => ({
  sigmaW2,
  sigmaB2: 0.05,
  profiles: [profile(xi), profile(xi, 0.02)],
});
const scale = (x: number): number => 2 / Math.abs(1.75 - x);
const weights = [0.75, 1.25, 1.5, 2, 2.5, 3.5];
const map = assembleMap(
  weights.map((x) => column(x, scale(x))),
  { counted: DEPTH, isDense: true, share: 0.1 },
);

describe("findReach", () => {
  it("is the last depth in a row that keeps the share", () => {
    expect(findReach([1, 0.5, 0.2, 0.05, 0.3], 0.1)).toEqual({ depth: 2, of: 4, isWhole: false, share: 0.1 });
    expect(findReach([1, 0.5, 0.2], 0.1).isWhole).toBe(true);
    expect(findReach([1, 0.01], 0.1).depth).toBe(0);
  });
});

describe("findDifferentialCutoff", () => {
  it("finds the last depth above the floor, and says when there is none", () => {
    const lost = [-3, -6, -12, -19, -19.01, -19];
    expect(findDifferentialCutoff(lost, true)).toMatchObject({ deviates: true, depth: 2 });
    expect(findDifferentialCutoff([-3, -19, -19, -19], true)).toMatchObject({ deviates: false, depth: null });
  });
});

describe("assembleMap", () => {
  it("averages draws and knows their error", () => {
    const at = 4 * weights.length;
    expect(map.gram[at]).toBeCloseTo(0.61 * Math.exp(-5 / scale(0.75)), 10);
    expect(map.gramError[at]).toBeCloseTo(0.01 * Math.exp(-5 / scale(0.75)), 10);
    expect(map.input.value).toBeCloseTo(0.61, 12);
  });

  it("reads the reach of ln 10 times the depth scale off every column", () => {
    for (const { sigmaW2, reach } of map.columns) {
      const expected = Math.floor(Math.LN10 * scale(sigmaW2));
      if (expected >= DEPTH) expect(reach).toBeNull();
      else expect(reach?.value).toBe(expected);
    }
  });

  it("keeps a place for columns whose decoders diverged", () => {
    const broken = assembleMap([{ sigmaW2: 1, sigmaB2: 0, profiles: [null, null] }, column(2, 5)], {
      counted: DEPTH,
      isDense: true,
    });
    expect(broken.columns[0]).toMatchObject({ reach: null, measured: 0, diverged: 2, cutoffIs: "undefined" });
    expect(broken.columns[1]).toMatchObject({ measured: 2, diverged: 0, cutoffIs: "depth" });
    expect(broken.gram[0]).toBeNaN();
    expect(bestColumn(broken, DEPTH)?.sigmaW2).toBe(2);
  });

  it("tells a flat curve from an undefined one", () => {
    const withDifferential = (differential: readonly number[]) => ({
      ...column(2, 5),
      profiles: [{ ...profile(5), differential: [...differential] }],
    });
    const flat = Array.from({ length: DEPTH + 1 }, () => -19);
    const options = { counted: DEPTH, isDense: true };
    const { columns } = assembleMap(
      [withDifferential(flat), withDifferential(flat.with(DEPTH - 1, Number.NaN))],
      options,
    );
    expect(columns[0]).toMatchObject({ cutoff: null, cutoffIs: "flat" });
    expect(columns[1]).toMatchObject({ cutoff: null, cutoffIs: "undefined" });
  });

  it("finds the best column, and those within its error", () => {
    const best = bestColumn(map, DEPTH);
    // 1.5 and 2 lie equally far from the maximum at 1.75
    expect(best?.range).toEqual([1.5, 2]);
    expect(bestColumn(map, 99)).toBeNull();
  });
});

describe("orderedBoundary", () => {
  it("interpolates between columns, only upwards from the ordered side", () => {
    expect(orderedBoundary([1, 1.5, 2], [10, 30, null], 20)).toBeCloseTo(1.25, 12);
    expect(orderedBoundary([1, 1.5, 2], [10, 30, null], 50)).toBe(2);
    expect(orderedBoundary([1, 1.5], [10, 30], 50)).toBeNull();
    expect(orderedBoundary([1, 1.5], [30, 40], 20)).toBeNull();
    expect(orderedBoundary([1, 1.2, 1.5], [10, Number.NaN, 30], 20)).toBeCloseTo(1.25, 12);
    expect(orderedBoundary([1, 1.5], [10, Number.NaN], 20)).toBeNull();
  });
});

describe("compareWithTraining", () => {
  const cells = weights.flatMap((sigmaW2) =>
    [5, 10, 20].map((depth) => ({
      sigmaW2,
      depth,
      score: depth <= Math.LN10 * scale(sigmaW2) ? 0.9 : 0.1,
    })),
  );

  it("gives 1 to the prediction that made the cells, less to others", () => {
    const rows = compareWithTraining(map, cells, {
      stream: createStream(1),
      thresholds: [0.5],
      shares: [0.1],
      xiC: () => 0.1,
    });
    const of = (name: string) => rows.find(({ predictor }) => predictor === name)?.balancedAccuracy.value;
    expect(of("S >= 0.1 S(input)")).toBe(1);
    expect(of("6 xi_c")).toBe(0.5);
  });

  it("interpolates between columns and leaves out what lies outside the map", () => {
    expect(interpolateShare(map, 1.25, 5)).toBeCloseTo(Math.exp(-5 / scale(1.25)), 10);
    const between = interpolateShare(map, 1.375, 5);
    expect(between).toBeGreaterThan(interpolateShare(map, 1.25, 5));
    expect(between).toBeLessThan(interpolateShare(map, 1.5, 5));
    expect(interpolateShare(map, 9, 5)).toBeNaN();
    expect(interpolateShare(map, 0.1, 5)).toBeNaN();
    expect(interpolateShare(map, 1.25, 50)).toBeNaN();
    const outside = [...cells, { sigmaW2: 9, depth: 5, score: 0.9 }];
    const [row] = compareWithTraining(map, outside, { stream: createStream(1), thresholds: [0.5] });
    expect(row?.cells).toBe(cells.length);
  });
});

describe("shannonEntropy", () => {
  it("is 1 for uniform pictures, 0 for a single pixel, log k / log d for k equal pixels", () => {
    expect(shannonEntropy(Float32Array.of(3, 3, 3, 3), 1)).toBeCloseTo(1, 12);
    expect(shannonEntropy(Float32Array.of(0, 0, 5, 0), 1)).toBeCloseTo(0, 12);
    expect(shannonEntropy(Float32Array.of(0, 1, 1, 0, 0, 0, 5, 0), 2)).toBeCloseTo(0.25, 12);
  });
});
