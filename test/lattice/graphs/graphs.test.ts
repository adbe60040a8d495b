/** Lattices as graphs: sizes, symmetry, layers, boundaries, names, and what is refused. */
import { describe, expect, it } from "vitest";
import {
  buildGraph,
  createModel,
  drawPlane,
  drawWalls,
  parseLattice,
  type SpinGraph,
} from "../../../src/lattice/index.ts";

const sizes: readonly (readonly [name: string, sites: number, bonds: number, boundary: number])[] = [
  ["square:8", 64, 128, 0],
  ["square:4x6", 24, 48, 0],
  ["square:4x6:open", 24, 38, 16],
  ["triangular:6", 36, 108, 0],
  ["triangular:5:open", 25, 56, 16],
  ["cayley:3:4", 22, 21, 12],
  ["cayley:4:1", 1, 0, 0],
  ["7,3:5", 232, 546, 147],
  ["3,7:4", 22, 24, 12],
  ["4,5:8", 1377, 1812, 780],
  ["5,4:3:vertex", 51, 80, 40],
];

describe("lattices by name", () => {
  it.each(sizes)("%s: %i sites, %i bonds, %i on the boundary", (name, sites, bonds, boundary) => {
    const graph = parseLattice(name);
    expect([graph.name, graph.sites, graph.bonds, graph.boundary.length]).toEqual([
      name,
      sites,
      bonds,
      boundary,
    ]);
    expect(graph.neighbours.length).toBe(2 * bonds);
    expect(asymmetries(graph)).toBe(0);
    expect(graph.layer[graph.centre]).toBe(0);
  });
  it("the layers of a tiling are its edge layers, and the last is the boundary", () => {
    const { layer, boundary } = parseLattice("7,3:5");
    const counts = [0, 1, 2, 3, 4].map((l) => layer.filter((x) => x === l).length);
    expect(counts).toEqual([1, 7, 21, 56, 147]);
    expect(boundary.every((site) => layer[site] === 4)).toBe(true);
  });
  it("the rim of an open lattice is a closed walk", () => {
    const { boundary } = parseLattice("square:4x3:open");
    const steps = [...boundary].map((site, k) => {
      const next = boundary[(k + 1) % boundary.length]!;
      return Math.abs((next % 4) - (site % 4)) + Math.abs(Math.floor(next / 4) - Math.floor(site / 4));
    });
    expect(new Set(steps)).toEqual(new Set([1]));
  });
  it.each([
    ["squre:8", /received "squre:8", expected square:L/],
    ["square:1", /side of 1/],
    ["triangular:2", /side of 2/],
    ["square:100000", /1.000e\+10 sites, at most/],
    ["7,3:60", /sites, at most/],
    ["cayley:3:60", /sites, at most/],
    ["cayley:1:3", /coordination 1/],
    ["4,4:5", /euclidean/],
    ["7,3:0", /0 layers/],
  ])("refuses %s", (name, message) => {
    expect(() => parseLattice(name)).toThrow(message);
  });
});

describe("a user's graph", () => {
  it("keeps couplings on both ends", () => {
    const { couplings, offsets, neighbours, layer } = buildGraph(4, [
      [0, 1, 2],
      [1, 2, -3],
    ]);
    expect([...neighbours]).toEqual([1, 0, 2, 1]);
    expect([...couplings!]).toEqual([2, 2, -3, -3]);
    expect([...offsets]).toEqual([0, 1, 3, 4, 4]);
    expect([...layer]).toEqual([0, 1, 2, 65535]);
  });
  it("refuses bonds that cannot be", () => {
    expect(() => buildGraph(2, [[0, 2]])).toThrow(/site 2/);
    expect(() => buildGraph(2, [[1, 1]])).toThrow(/to itself/);
    expect(() => buildGraph(2, [[0, 1, Number.NaN]])).toThrow(/coupling NaN/);
    expect(() => buildGraph(0, [])).toThrow(/0 sites/);
    expect(() => buildGraph(2, [], { boundary: [5] })).toThrow(/site 5/);
  });
});

describe("boundaries and fields", () => {
  it("pinned sites become bonds to the ghost, and constants", () => {
    const chain = buildGraph(
      5,
      [
        [0, 1],
        [1, 2, 2],
        [2, 3],
        [3, 4],
      ],
      { boundary: [0, 3, 4] },
    );
    const model = createModel(chain, { boundary: "fixed", signs: [1, -1, 1], field: 0.5 });
    expect([...model.siteOf]).toEqual([1, 2]);
    expect([...model.ghost!]).toEqual([1.5, -0.5]);
    expect([...model.couplings!]).toEqual([2, 2]);
    expect(model.pinnedSum).toBe(1);
    // bond 3-4 is unsatisfied (+1), the field takes 0.5 off
    expect(model.pinnedEnergy).toBe(0.5);
  });
  it("refuses a boundary where there is none, and wrong signs", () => {
    expect(() => createModel(parseLattice("square:4"), { boundary: "wired" })).toThrow(/has no boundary/);
    expect(() => createModel(parseLattice("7,3:1"), { boundary: "wired" })).toThrow(/has no boundary/);
    expect(() => createModel(parseLattice("7,3:2"), { boundary: "fixed" })).toThrow(/0 signs .* expected 7/);
    const two = buildGraph(2, [[0, 1]], { boundary: [0] });
    expect(() => createModel(two, { boundary: "fixed", signs: [0.5] })).toThrow(/sign 0.5/);
    expect(() => createModel(parseLattice("square:2:open"), { boundary: "wired" })).toThrow(/pins all 4/);
    expect(() => createModel(two, { field: Number.NaN })).toThrow(/field: received NaN/);
  });
});

describe("drawings", () => {
  it.each(["square:4:open", "triangular:4:open", "7,3:4", "3,7:6", "4,5:4", "5,4:3"])(
    "%s: straight bonds and walls do not cross; every bond with a free end has a wall",
    (name) => {
      const graph = parseLattice(name);
      const walls = drawWalls(graph)!;
      expect(crossings(drawPlane(graph)!)).toBe(0);
      expect(crossings(walls)).toBe(0);
      const pinned = new Set(graph.boundary);
      let expected = 0;
      for (let i = 0; i < graph.sites; i++)
        for (const j of graph.neighbours.subarray(graph.offsets[i], graph.offsets[i + 1]))
          if (i < j && !(pinned.has(i) && pinned.has(j))) expected++;
      expect(walls.ends.length / 2).toBe(expected);
    },
  );
  it("there is none on a torus", () => {
    expect(drawPlane(parseLattice("square:4"))).toBeNull();
    expect(drawWalls(parseLattice("square:4"))).toBeNull();
  });
});

function asymmetries({ sites, offsets, neighbours }: SpinGraph): number {
  const row = (i: number) => neighbours.subarray(offsets[i], offsets[i + 1]);
  let wrong = 0;
  for (let i = 0; i < sites; i++) for (const j of row(i)) if (j === i || !row(j).includes(i)) wrong++;
  return wrong;
}

/** Pairs of segments that share no end and intersect. */
function crossings({ positions, ends }: { positions: Float64Array; ends: Uint32Array }): number {
  const side = (a: number, b: number, c: number) =>
    (positions[2 * b]! - positions[2 * a]!) * (positions[2 * c + 1]! - positions[2 * a + 1]!) -
    (positions[2 * b + 1]! - positions[2 * a + 1]!) * (positions[2 * c]! - positions[2 * a]!);
  let count = 0;
  const bonds = ends.length / 2;
  for (let x = 0; x < bonds; x++)
    for (let y = x + 1; y < bonds; y++) {
      const [a, b, c, d] = [ends[2 * x]!, ends[2 * x + 1]!, ends[2 * y]!, ends[2 * y + 1]!];
      if (a === c || a === d || b === c || b === d) continue;
      if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) count++;
    }
  return count;
}
