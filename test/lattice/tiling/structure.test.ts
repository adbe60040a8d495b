import { describe, expect, it } from "vitest";
import {
  addLayers,
  boundaryOf,
  buildTiling,
  cellDistance,
  cellGeometry,
  centreOf,
  distance,
  dualCornersOf,
  dualTiling,
  filterCells,
  meshOf,
  placeCells,
  planPatch,
  pointAt,
  refineTriangles,
  removeLayers,
  triangleArea,
} from "../../../src/lattice/index.ts";
import { commonSymbols, patchCases } from "./cases.ts";

const cases = patchCases([5, 5]);

describe("vertices of a patch", () => {
  it.each(cases)("{%i,%i} by %s, centred on a %s: a disc, q cells at inner vertices", (p, q, by, centre) => {
    const tiling = buildTiling(p, q, by === "edge" ? 4 : 3, { by, centre });
    const mesh = meshOf(tiling);
    const meeting = Array.from({ length: mesh.vertices }, (_, v) => mesh.offsets[v + 1]! - mesh.offsets[v]!);
    expect(mesh.vertices - (p * tiling.cells - tiling.bonds) + tiling.cells).toBe(1);
    expect(Math.max(...meeting)).toBe(q);
    const boundary = boundaryOf(tiling);
    expect(boundary.edges).toBe(p * tiling.cells - 2 * tiling.bonds);
    expect(boundary.edges).toBe(planPatch(p, q, tiling.perLayer.length, by, centre).at(-1)!.edges);
    // Euler again: the boundary has as many vertices as edges, none of them surrounded
    expect(meeting.filter((k) => k < q).length).toBe(boundary.edges);
  });

  it("puts the corners where the geometry has them", () => {
    const tiling = buildTiling(5, 4, 4);
    const placement = placeCells(tiling);
    const { offsets, around, vertices } = meshOf(tiling);
    const { circumradius } = cellGeometry(5, 4);
    for (let v = 0; v < vertices; v += 7) {
      const cells = around.slice(offsets[v], offsets[v + 1]);
      for (const one of cells)
        for (const other of cells)
          expect(distance(centreOf(placement, one), centreOf(placement, other))).toBeLessThanOrEqual(
            2 * circumradius + 1e-9,
          );
    }
  });
});

describe("the dual", () => {
  it.each([...commonSymbols, [5, 5] as const])(
    "{%i,%i}: centres of the cells at a vertex form a regular q-gon",
    (p, q) => {
      const tiling = buildTiling(p, q, 4);
      const placement = placeCells(tiling);
      const dual = dualTiling(meshOf(tiling));
      expect([dual.p, dual.q]).toEqual([q, p]);
      const { edgeLength } = cellGeometry(q, p);
      for (let cell = 0; cell < dual.cells; cell += 3) {
        const corners = dualCornersOf(dual, placement, cell);
        expect(corners.length).toBe(q);
        corners.forEach((z, e) => {
          expect(distance(z, corners[(e + 1) % q]!)).toBeCloseTo(edgeLength, 8);
        });
        const turning = corners.reduce((sum, { x, y }, e) => {
          const next = corners[(e + 1) % q]!;
          return sum + x * next.y - y * next.x;
        }, 0);
        expect(turning).toBeGreaterThan(0);
      }
    },
  );

  it.each([
    [7, 3],
    [5, 4],
    [4, 5],
    [3, 7],
  ] as const)("{%i,%i}: round a vertex it is the dual tiling grown from a cell", (p, q) => {
    // q cells round a vertex and n vertex layers: every dual cell within n steps by vertex of the central one
    const dual = dualTiling(meshOf(buildTiling(p, q, 2, { by: "vertex", centre: "vertex" })));
    const grown = buildTiling(q, p, 2, { by: "vertex" });
    expect(dual.cells).toBe(grown.cells);
    expect(dual.bonds).toBe(grown.bonds);
  });
});

describe("layers put on and taken off", () => {
  it.each(cases)("{%i,%i} by %s, centred on a %s", (p, q, by, centre) => {
    const three = buildTiling(p, q, 3, { by, centre });
    const two = buildTiling(p, q, 2, { by, centre });
    expect(addLayers(two, 1)).toEqual(three);
    expect(removeLayers(three, 1)).toEqual(two);
    expect(removeLayers(three, 0)).toEqual(three);
  });

  it("filters cells", () => {
    const tiling = buildTiling(7, 3, 4);
    const { cells, bonds, cellOf, offsets } = filterCells(tiling, (cell) => cell % 2 === 0);
    expect(cells).toBe(43);
    expect(cellOf[5]).toBe(10);
    expect(offsets.at(-1)).toBe(2 * bonds);
    expect(filterCells(tiling, () => true).neighbours).toEqual(tiling.neighbours);
    expect(() => filterCells(tiling, () => false)).toThrow(/none of 85 cells passes/);
    expect(() => removeLayers(tiling, 4)).toThrow(/received 4 layers, expected an integer from 0 to 3/);
  });
});

describe("refined triangles", () => {
  it.each([
    [7, 0],
    [7, 2],
    [8, 1],
    [9, 3],
  ])("{3,%i} refined %i times: a disc with the same area", (q, times) => {
    const placement = placeCells(buildTiling(3, q, 3));
    const mesh = refineTriangles(placement, times);
    expect(mesh.triangles).toBe(placement.tiling.cells * 4 ** times);
    const edges = new Set<string>();
    let area = 0;
    for (let t = 0; t < mesh.triangles; t++) {
      const [a, b, c] = mesh.corners.slice(3 * t, 3 * t + 3) as unknown as [number, number, number];
      for (const [u, v] of [
        [a, b],
        [b, c],
        [c, a],
      ] as const)
        edges.add(u < v ? `${u},${v}` : `${v},${u}`);
      area += triangleArea(...([a, b, c].map((v) => pointAt(mesh.positions, v)) as [never, never, never]));
    }
    expect(mesh.vertices - edges.size + mesh.triangles).toBe(1);
    expect(area).toBeCloseTo(placement.tiling.cells * cellGeometry(3, q).area, 9);
  });

  it("is for triangles", () => {
    expect(() => refineTriangles(placeCells(buildTiling(7, 3, 2)), 1)).toThrow(
      /\{7,3\} has cells with 7 edges/,
    );
    expect(() => refineTriangles(placeCells(buildTiling(3, 7, 4)), 15)).toThrow(/at most 33554432/);
  });
});

describe("distances between cells", () => {
  it("are those of their centres", () => {
    const placement = placeCells(buildTiling(7, 3, 6));
    for (const [a, b] of [
      [0, 1],
      [3, 70],
      [100, 500],
      [616, 300],
    ] as const)
      expect(cellDistance(placement, a, b)).toBeCloseTo(
        distance(centreOf(placement, a), centreOf(placement, b)),
        9,
      );
  });
});
