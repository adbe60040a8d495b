import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  buildTiling,
  cellGeometry,
  estimateTilingBytes,
  planLayers,
  planPatch,
} from "../../../src/lattice/index.ts";

const reference = JSON.parse(
  readFileSync(new URL("../../fixtures/lattice-tilings.json", import.meta.url), "utf8"),
) as {
  vertexTotals: Record<string, number[]>;
  edgeLayers: Record<string, number[]>;
  edgeTotals: [number, number, number, number][];
  bonds: [number, number, number, number][];
  lastLayerFraction: [number, number, number][];
  geometry: number[][];
};
const symbol = (text: string) => text.split(",").map(Number) as [number, number];

describe("counting cells against published totals", () => {
  it.each(Object.entries(reference.vertexTotals))("{%s} by vertex", (key, totals) => {
    const [p, q] = symbol(key);
    const layers = totals.filter((total) => total < 50_000).length;
    expect(buildTiling(p, q, layers, { by: "vertex" }).layerStart.slice(1)).toEqual(totals.slice(0, layers));
    const sizes = totals.map((total, j) => total - (totals[j - 1] ?? 0));
    expect(planLayers(p, q, totals.length, "vertex", "cell")).toEqual(sizes);
  });

  it.each(Object.entries(reference.edgeLayers))("{%s} by edge", (key, sizes) => {
    const [p, q] = symbol(key);
    expect(buildTiling(p, q, Math.min(sizes.length, 10), { tree: false }).perLayer).toEqual(
      sizes.slice(0, 10),
    );
    expect(planLayers(p, q, sizes.length, "edge", "cell")).toEqual(sizes);
  });

  it.each(reference.edgeTotals)("{%i,%i} with %i edge layers has %i cells", (p, q, layers, total) => {
    expect(buildTiling(p, q, layers, { tree: false }).cells).toBe(total);
  });

  it.each(reference.bonds)("{%i,%i} with %i edge layers has %i bonds", (p, q, layers, bonds) => {
    expect(buildTiling(p, q, layers).bonds).toBe(bonds);
  });
});

describe("planning ahead", () => {
  it.each(reference.lastLayerFraction)(
    "{%i,%i}: the last vertex layer holds %f of all cells",
    (p, q, fraction) => {
      for (const centre of ["cell", "vertex"] as const) {
        const sizes = planLayers(p, q, 24, "vertex", centre);
        expect(sizes.at(-1)! / sizes.reduce((sum, cells) => sum + cells, 0)).toBeCloseTo(fraction, 6);
      }
    },
  );

  const symbols = [
    ...Object.keys(reference.edgeLayers).map(symbol),
    [3, 11],
    [5, 5],
    [9, 3],
    [4, 9],
  ] as const;
  it.each(symbols)(
    "{%i,%i}: exact in cells, entries, edges and bytes, for both centres and kinds",
    (p, q) => {
      for (const by of ["edge", "vertex"] as const)
        for (const centre of ["cell", "vertex"] as const) {
          const layers = by === "edge" ? 5 : p + q > 12 ? 2 : 3;
          const tiling = buildTiling(p!, q!, layers, { by, centre });
          const plan = planPatch(p!, q!, layers, by, centre);
          const { cells, entries, edges } = plan.at(-1)!;
          expect(plan.map((layer) => layer.cells)).toEqual(tiling.perLayer);
          const last = tiling.layerStart.at(-2)!;
          expect([cells, entries]).toEqual([
            tiling.cells - last,
            tiling.neighbours.length - tiling.offsets[last]!,
          ]);
          expect(edges).toBe(p! * tiling.cells - 2 * tiling.bonds);
          const { offsets, neighbours, parent, parentEdges } = tiling;
          const bytes = [offsets, neighbours, parent!, parentEdges!].reduce(
            (sum, x) => sum + x.byteLength,
            0,
          );
          const estimate = estimateTilingBytes(p!, q!, layers, { by, centre });
          expect(estimate).toBeGreaterThanOrEqual(bytes);
          expect(estimate).toBeLessThanOrEqual(1.2 * bytes + 4);
        }
    },
  );
});

describe("adjacency", () => {
  const cases = Object.keys(reference.edgeLayers).flatMap((key) =>
    (["cell", "vertex"] as const).flatMap((centre) =>
      (["edge", "vertex"] as const).map((by) => [...symbol(key), by, centre] as const),
    ),
  );
  it.each(cases)("{%i,%i} by %s, centred on a %s: symmetric, distinct, p inside", (p, q, by, centre) => {
    const layers = by === "edge" ? 5 : 3;
    const { offsets, neighbours, cells, layerStart } = buildTiling(p, q, layers, { by, centre });
    const row = (c: number) => neighbours.subarray(offsets[c], offsets[c + 1]);
    const complete = layerStart.at(-2)!;
    let wrong = 0;
    for (let c = 0; c < cells; c++) {
      const mine = row(c);
      if (c < complete ? mine.length !== p : mine.length > p) wrong++;
      if (new Set(mine).size !== mine.length || mine.includes(c)) wrong++;
      for (const other of mine) if (!row(other).includes(c)) wrong++;
    }
    expect(wrong).toBe(0);
    if (by === "edge") {
      const distance = breadthFirst(cells, centre === "cell" ? [0] : [...Array(q).keys()], row);
      const layer = layerStart.slice(0, -1).flatMap((start, j) => Array(layerStart[j + 1]! - start).fill(j));
      expect(distance).toEqual(layer);
    }
  });

  it.each([
    [7, 3],
    [3, 7],
    [4, 5],
    [5, 4],
    [4, 6],
    [3, 8],
  ])("{%i,%i}: the first edge layers lie alike in a patch grown by vertices", (p, q) => {
    const byEdge = buildTiling(p, q, 6);
    const byVertex = buildTiling(p, q, 5, { by: "vertex" });
    const row = (c: number) => byVertex.neighbours.subarray(byVertex.offsets[c], byVertex.offsets[c + 1]);
    const distance = breadthFirst(byVertex.cells, [0], row);
    const count = (d: number) => distance.filter((x) => x === d).length;
    expect([0, 1, 2, 3].map(count)).toEqual(byEdge.perLayer.slice(0, 4));
  });
});

describe("geometry of a cell", () => {
  it.each(reference.geometry)("{%f,%f}", (p, q, centreDistance, edgeLength, circumradius, disc, area) => {
    const cell = cellGeometry(p!, q!);
    expect(cell.centreDistance).toBeCloseTo(centreDistance!, 6);
    expect(cell.edgeLength).toBeCloseTo(edgeLength!, 6);
    expect(cell.circumradius).toBeCloseTo(circumradius!, 6);
    expect(cell.discCircumradius).toBeCloseTo(disc!, 6);
    expect(cell.area).toBeCloseTo(area!, 6);
  });
});

describe("what is refused", () => {
  it("names the plane of a tiling that is not hyperbolic", () => {
    expect(() => buildTiling(4, 4, 3)).toThrow(/\{4,4\} is euclidean/);
    expect(() => buildTiling(5, 3, 3)).toThrow(/\{5,3\} is spherical/);
    expect(() => buildTiling(7, 2, 3)).toThrow(/q is 2/);
    expect(() => buildTiling(7, 3, 0)).toThrow(/layers is 0/);
  });
  it("estimates memory before it allocates", () => {
    expect(() => buildTiling(7, 3, 40)).toThrow(/needs about .* GiB, allowed are 20.0 GiB/);
  });
});

function breadthFirst(cells: number, roots: number[], row: (c: number) => Uint32Array): number[] {
  const distance = new Array<number>(cells).fill(-1);
  for (const c of roots) distance[c] = 0;
  for (let queue = roots; queue.length > 0; ) {
    const next: number[] = [];
    for (const c of queue)
      for (const other of row(c))
        if (distance[other]! < 0) {
          distance[other] = distance[c]! + 1;
          next.push(other);
        }
    queue = next;
  }
  return distance;
}
