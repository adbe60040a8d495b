import { describe, expect, it } from "vitest";
import { buildTiling, checkIntegrity } from "../../../src/lattice/index.ts";

describe("integrity of a patch", () => {
  it.each([
    [7, 3, 6, "edge"],
    [3, 7, 10, "edge"],
    [3, 7, 4, "vertex"],
    [4, 5, 7, "edge"],
    [5, 4, 6, "edge"],
    [5, 4, 4, "vertex"],
    [8, 3, 5, "edge"],
    [3, 8, 9, "edge"],
    [6, 4, 5, "edge"],
    [4, 6, 6, "edge"],
    [12, 10, 4, "vertex"],
  ] as const)("{%i,%i} with %i layers by %s is sound", (p, q, layers, by) => {
    for (const centre of ["cell", "vertex"] as const) {
      const report = checkIntegrity(buildTiling(p, q, p === 12 ? 2 : layers, { by, centre }));
      expect(report.violations).toEqual([]);
      expect(report.isSound).toBe(true);
      if (p !== 12) expect(report.pairs).toBeGreaterThan(8);
    }
  });

  const broken = (change: (neighbours: Uint32Array, offsets: Uint32Array) => void) => {
    const tiling = buildTiling(5, 4, 5);
    const neighbours = tiling.neighbours.slice();
    change(neighbours, tiling.offsets);
    return checkIntegrity({ ...tiling, neighbours });
  };

  it("finds a neighbour named twice, out of range, or one-way", () => {
    expect(broken((row) => row.copyWithin(0, 1, 2)).violations[0]).toMatchObject({
      cell: 0,
      kind: "duplicate",
    });
    expect(broken((row) => row.fill(9999, 3, 4)).violations[0]).toMatchObject({
      cell: 0,
      neighbour: 9999,
      kind: "range",
    });
    expect(broken((row) => row.fill(20, 2, 3)).violations.map(({ kind }) => kind)).toContain("one-way");
  });

  it("finds loops that do not close though all degrees are right", () => {
    const report = broken((row, offsets) => {
      // exchange the partners of two far bonds a-b, c-d: every degree stays, the loops break
      const swap = (cell: number, from: number, to: number) => {
        row[row.indexOf(from, offsets[cell])] = to;
      };
      const [a, c] = [1, 3];
      const b = row[offsets[a]! + 1]!;
      const d = row[offsets[c]! + 1]!;
      swap(a, b, d);
      swap(d, c, a);
      swap(c, d, b);
      swap(b, a, c);
    });
    expect(report.isSound).toBe(false);
    expect(report.violations[0]!.kind).toBe("loops");
    expect(report.violations[0]!.found).toMatch(/loops of length 4 through the pair, expected 2/);
  });

  it("stops at the limit", () => {
    const tiling = buildTiling(7, 3, 5);
    const neighbours = new Uint32Array(tiling.neighbours.length);
    expect(checkIntegrity({ ...tiling, neighbours }, { limit: 3 }).violations.length).toBe(3);
  });
});
