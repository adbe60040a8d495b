import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  buildNamedSurface,
  buildSurface,
  buildTriangleTiling,
  checkIntegrity,
  dualSurface,
  enumerateCosets,
  measureSymmetry,
  NAMED_SURFACES,
  parseLattice,
  placeTriangles,
  solveCoxeterGrowth,
  surfaceLattice,
  triangleArea,
} from "../../../src/lattice/index.ts";

const reference = JSON.parse(
  readFileSync(new URL("../../fixtures/lattice-tilings.json", import.meta.url), "utf8"),
) as { coxeterTotals: [number, number, number, number, number][] };

describe("triangle groups", () => {
  it.each(reference.coxeterTotals)(
    "(%i,%i,%i): %i layers are %i triangles, layer by layer as the growth series says",
    (p, q, r, layers, total) => {
      const tiling = buildTriangleTiling(p, q, r, layers);
      expect(tiling.cells).toBe(total);
      expect(tiling.perLayer).toEqual(solveCoxeterGrowth(p, q, r, layers));
    },
  );

  it("has mutual neighbours, cycles of 2p, 2q, 2r triangles, and all mirrors inside", () => {
    const { across, cells, layerStart } = buildTriangleTiling(5, 3, 4, 12);
    const inner = layerStart.at(-2)!;
    for (let t = 0; t < cells; t++)
      for (let s = 0; s < 3; s++) {
        const other = across[3 * t + s]!;
        if (t < inner) expect(other).toBeGreaterThanOrEqual(0);
        if (other >= 0) expect(across[3 * other + s]).toBe(t);
      }
    for (const [s, u, m] of [
      [0, 1, 5],
      [1, 2, 3],
      [2, 0, 4],
    ] as const) {
      let at = 0;
      for (let k = 0; k < 2 * m; k++) {
        at = across[3 * at + (k % 2 === 0 ? s : u)]!;
        expect(at === 0).toBe(k === 2 * m - 1);
      }
    }
  });

  it("places triangles of the right area without overlaps", () => {
    const tiling = buildTriangleTiling(7, 3, 2, 14);
    const corners = placeTriangles(tiling);
    const seen = new Set<string>();
    for (let t = 0; t < tiling.cells; t++) {
      const [a, b, c] = [0, 1, 2].map((e) => ({
        x: corners[6 * t + 2 * e]!,
        y: corners[6 * t + 2 * e + 1]!,
      })) as [{ x: number; y: number }, { x: number; y: number }, { x: number; y: number }];
      expect(triangleArea(a, b, c)).toBeCloseTo(Math.PI * (1 - 1 / 7 - 1 / 3 - 1 / 2), 10);
      seen.add(((a.x + b.x + c.x) / 3).toFixed(8) + ((a.y + b.y + c.y) / 3).toFixed(8));
    }
    expect(seen.size).toBe(tiling.cells);
  });

  it("says what a triangle is that is not hyperbolic", () => {
    expect(() => buildTriangleTiling(4, 4, 2, 5)).toThrow(/\(4,4,2\) is euclidean: .* = 1.000/);
    expect(() => buildTriangleTiling(5, 3, 2, 5)).toThrow(/\(5,3,2\) is spherical/);
    expect(() => buildTriangleTiling(7, 3, 1, 5)).toThrow(/r is 1/);
    expect(() => buildTriangleTiling(7, 3, 2, 400)).toThrow(/triangles, at most/);
  });
});

describe("coset enumeration", () => {
  it.each([
    [
      "the quaternions",
      2,
      [
        [0, 0, ~1, ~1],
        [0, 1, 0, ~1],
      ],
      8,
    ],
    [
      "the icosahedral group",
      2,
      [
        [0, 0],
        [1, 1, 1],
        [0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
      ],
      60,
    ],
    // collapses: a group that is trivial for no visible reason (Higman's with three generators)
    [
      "a trivial group",
      3,
      [
        [~0, 1, 0, ~1, ~1],
        [~1, 2, 1, ~2, ~2],
        [~2, 0, 2, ~0, ~0],
      ],
      1,
    ],
  ] as const)("%s", (_, generators, relators, order) => {
    expect(enumerateCosets(generators, relators).cosets).toBe(order);
  });

  it("counts cosets of a subgroup", () => {
    const relators = [
      [0, 0],
      [1, 1, 1],
      [0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
    ];
    expect(enumerateCosets(2, relators, { subgroup: [[1]] }).cosets).toBe(20);
  });

  it("gives up on an infinite group", () => {
    expect(() => enumerateCosets(2, [[0, 0]], { maxRows: 1000 })).toThrow(/more than 1000 rows/);
  });
});

describe("closed surfaces", () => {
  // name, cells, edges, vertices, genus; automorphism groups: GL(2,3), PSL(2,7), S5, PSL(2,13), (2,3,7;8)
  it.each([
    ["bolza", 6, 24, 16, 2],
    ["klein", 24, 84, 56, 3],
    ["klein-quartic", 24, 84, 56, 3],
    ["klein:dual", 56, 84, 24, 3],
    ["bring", 24, 60, 30, 4],
    ["hurwitz14", 156, 546, 364, 14],
    ["hurwitz129", 1536, 5376, 3584, 129],
  ])("%s: %i cells, %i edges, %i vertices, genus %i", (name, cells, edges, vertices, genus) => {
    const surface = buildNamedSurface(name);
    expect([surface.cells, surface.edges, surface.vertices, surface.genus]).toEqual([
      cells,
      edges,
      vertices,
      genus,
    ]);
    expect(surface.eulerCharacteristic).toBe(2 - 2 * genus);
    expect(surface.rotations).toBe(2 * edges);
    if (surface.rotations < 2000)
      expect(measureSymmetry(surface)).toEqual({ rotations: 2 * edges, isReflexible: true });
    const { p, offsets, neighbours } = surface;
    if (surface.rotations > 2000) return;
    // every cell has p neighbours with multiplicity, and adjacency is mutual
    for (let c = 0; c < cells; c++)
      for (const other of neighbours.subarray(offsets[c], offsets[c + 1])) {
        const there = [...neighbours.subarray(offsets[other], offsets[other + 1])].filter(
          (x) => x === c,
        ).length;
        const here = [...neighbours.subarray(p * c, p * c + p)].filter((x) => x === other).length;
        expect(there).toBe(here);
      }
  });

  it.each(["klein", "klein:dual", "hurwitz14"])("%s passes the integrity check of a tiling", (name) => {
    const surface = buildNamedSurface(name);
    const layerStart = [0, surface.cells];
    expect(checkIntegrity({ ...surface, by: "vertex", layerStart }, { isClosed: true }).violations).toEqual(
      [],
    );
  });

  it("Bring's surface has loops of length 4 round its handles too, which the check counts", () => {
    const surface = buildNamedSurface("bring");
    const layerStart = [0, surface.cells];
    const { violations } = checkIntegrity({ ...surface, by: "vertex", layerStart }, { isClosed: true });
    expect(violations[0]).toMatchObject({
      kind: "loops",
      found: "4 loops of length 4 through the pair, expected 2",
    });
  });

  it("spheres are surfaces too: the Platonic solids", () => {
    expect(buildSurface(5, 3, []).cells).toBe(12);
    expect(buildSurface(3, 5, []).genus).toBe(0);
    expect(dualSurface(buildSurface(4, 3, [])).cells).toBe(8);
  });

  it("the torus {4,4}_{3,0} is the periodic square lattice", () => {
    const torus = buildSurface(4, 4, ["(Rs)^3"]);
    expect([torus.cells, torus.genus]).toEqual([9, 1]);
    const rows = (graph: { neighbours: Uint32Array }) => {
      const degrees = Array.from(
        { length: 9 },
        (_, c) => new Set(graph.neighbours.subarray(4 * c, 4 * c + 4)).size,
      );
      return degrees;
    };
    expect(rows(torus)).toEqual(rows(parseLattice("square:3")));
  });

  it("gives spin graphs without boundary", () => {
    const graph = parseLattice("surface:bolza");
    expect([graph.sites, graph.bonds, graph.boundary.length]).toEqual([6, 24, 0]);
    expect(parseLattice("surface:klein:dual").sites).toBe(56);
    expect(Math.max(...surfaceLattice("klein").layer)).toBe(3);
    // one octagon glued to itself
    expect(() => surfaceLattice(buildSurface(8, 8, ["R s^3"]))).toThrow(/borders itself/);
  });

  it("refuses what it does not know", () => {
    expect(() => buildNamedSurface("kline")).toThrow(/received "kline", expected bolza, klein/);
    expect(() => buildSurface(7, 3, ["RX"])).toThrow(/received "RX"/);
    expect(() => buildSurface(7, 3, ["(RS"])).toThrow(/a closing bracket/);
    expect(() => buildSurface(7, 3, ["(RsrS)^2"])).toThrow(/order 1 and its cells or vertices fall together/);
    expect(() => buildSurface(7, 3, [], { maxRows: 500 })).toThrow(/more than 500 rows/);
    expect(Object.keys(NAMED_SURFACES)).toContain("klein");
  });
});
