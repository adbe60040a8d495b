/** Closed hyperbolic surfaces: regular maps of the right genus, locally the hyperbolic plane. */
import { describe, expect, it } from "vitest";
import {
  closedHyperbolicLattice,
  createModel,
  parseLattice,
  planLayers,
  type SpinGraph,
  suggestPrimes,
} from "../../../src/lattice/index.ts";

/** Lengths of the loops that turn left at every cell, which are the vertices of the tiling: all q on a surface of type {p,q}. */
function vertexLoops({ sites, offsets, neighbours }: SpinGraph): Map<number, number> {
  const seen = new Uint8Array(neighbours.length);
  const lengths = new Map<number, number>();
  for (let start = 0; start < neighbours.length; start++) {
    let dart = start;
    let length = 0;
    while (seen[dart] === 0) {
      seen[dart] = 1;
      length++;
      const from = neighbours[dart]!;
      const cell = offsets.findLastIndex((o) => o <= dart);
      // back across the edge, then the next edge of that cell
      const back = [...neighbours.subarray(offsets[from], offsets[from + 1])].indexOf(cell);
      const degree = offsets[from + 1]! - offsets[from]!;
      dart = offsets[from]! + ((back + 1) % degree);
    }
    if (length > 0) lengths.set(length, (lengths.get(length) ?? 0) + 1);
  }
  expect(sites).toBeGreaterThan(0);
  return lengths;
}

describe("closed surfaces", () => {
  it.each([
    [7, 3, 7, 24, 3, "Klein's quartic"],
    [3, 7, 7, 56, 3, "its dual"],
    [5, 4, 5, 24, 4, "Bring's surface"],
    [7, 3, 13, 156, 14, "Hurwitz, genus 14"],
    [8, 3, 7, 42, 8, "octagons"],
    [4, 5, 11, 330, 34, "squares"],
  ])("{%i,%i} over %i elements: %i cells of genus %i (%s)", (p, q, prime, cells, genus) => {
    const graph = closedHyperbolicLattice(p, q, prime);
    expect(graph.sites).toBe(cells);
    for (let c = 0; c < cells; c++) {
      const row = graph.neighbours.subarray(graph.offsets[c]!, graph.offsets[c + 1]!);
      expect(new Set(row).size).toBe(p);
      for (const other of row)
        expect(graph.neighbours.subarray(graph.offsets[other]!, graph.offsets[other + 1]!)).toContain(c);
    }
    const loops = vertexLoops(graph);
    expect([...loops]).toEqual([[q, (cells * p) / q]]);
    const euler = (cells * p) / q - graph.bonds + cells;
    expect(1 - euler / 2).toBe(genus);
    expect(graph.layer).not.toContain(65535);
  });
  it("looks like the plane up to about the logarithm of its field", () => {
    const graph = closedHyperbolicLattice(7, 3, 83);
    const plane = planLayers(7, 3, 8, "edge", "cell");
    for (let n = 0; n < 8; n++) expect(graph.layer.filter((l) => l === n).length).toBe(plane[n]);
  });
  it("has a name that the parser reads, and no boundary", () => {
    const graph = parseLattice("5,4:closed:11");
    expect(graph).toMatchObject({ name: "5,4:closed:11", sites: 264, bonds: 660 });
    expect(() => createModel(graph, { boundary: "wired" })).toThrow(/no boundary/);
  });
  it("says which fields there are", () => {
    expect(suggestPrimes(7, 3)).toEqual([7, 13, 29, 41, 43, 71, 83, 97]);
    expect(() => closedHyperbolicLattice(7, 3, 11)).toThrow(/no surface of type \{7,3\}/);
    expect(() => closedHyperbolicLattice(7, 3, 12)).toThrow(/12, expected an odd prime/);
    expect(() => closedHyperbolicLattice(4, 4, 5)).toThrow(/euclidean/);
    expect(() => closedHyperbolicLattice(7, 3, 100003)).toThrow(/fit into memory/);
  });
});
