import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildTiling,
  cellGeometry,
  centreOf,
  distance,
  fromBand,
  fromHalfPlane,
  fromHyperboloid,
  fromKlein,
  geodesicThrough,
  midpoint,
  move,
  PLANE_MODELS,
  placeCells,
  pointAlong,
  reflect,
  toBand,
  toHalfPlane,
  toHyperboloid,
  toKlein,
  toModel,
  toOrigin,
  translationBetween,
  triangleArea,
  verticesOf,
  viewFrom,
} from "../../../src/lattice/index.ts";
import { commonSymbols, patchCases } from "./cases.ts";

const cases = patchCases();

describe("coordinates follow from the graph", () => {
  it.each(cases)(
    "{%i,%i} by %s, centred on a %s: neighbours one centre distance apart, no others nearer",
    (p, q, by, centre) => {
      const tiling = buildTiling(p, q, by === "edge" ? 4 : 3, { by, centre });
      const placement = placeCells(tiling);
      const { centreDistance } = cellGeometry(p, q);
      const centres = Array.from({ length: tiling.cells }, (_, c) => centreOf(placement, c));
      let adjacent = 0;
      let tooNear = 0;
      for (let c = 0; c < tiling.cells; c++)
        for (let d = 0; d < c; d++) {
          const apart = distance(centres[c]!, centres[d]!);
          if (apart < centreDistance - 1e-9) tooNear++;
          if (apart < centreDistance + 1e-9) {
            adjacent++;
            const row = tiling.neighbours.subarray(tiling.offsets[c], tiling.offsets[c + 1]);
            if (!row.includes(d)) throw new Error(`cells ${c} and ${d} touch but are no neighbours`);
          }
        }
      expect(tooNear).toBe(0);
      expect(adjacent).toBe(tiling.bonds);
    },
  );

  it("puts the central vertex of a vertex-centred tiling at the origin", () => {
    const placement = placeCells(buildTiling(5, 4, 2, { centre: "vertex" }));
    for (let c = 0; c < 4; c++) {
      const radii = verticesOf(placement, c).map(({ x, y }) => Math.hypot(x, y));
      expect(Math.min(...radii)).toBeLessThan(1e-12);
    }
  });

  it("moves any cell to the middle", () => {
    const placement = placeCells(buildTiling(7, 3, 4));
    const moved = placeCells(placement.tiling, { view: viewFrom(placement, 60) });
    expect(Math.hypot(centreOf(moved, 60).x, centreOf(moved, 60).y)).toBeLessThan(1e-12);
    const before = distance(centreOf(placement, 3), centreOf(placement, 70));
    expect(distance(centreOf(moved, 3), centreOf(moved, 70))).toBeCloseTo(before, 9);
  });

  it("needs the tree", () => {
    expect(() => placeCells(buildTiling(7, 3, 3, { tree: false }))).toThrow(/without its spanning tree/);
  });
});

describe("maps of the disc", () => {
  const point = fc
    .tuple(fc.double({ min: 0, max: 0.95, noNaN: true }), fc.double({ min: 0, max: 6.28, noNaN: true }))
    .map(([r, angle]) => ({ x: r * Math.cos(angle), y: r * Math.sin(angle) }));
  const near = (a: { x: number; y: number }, b: { x: number; y: number }) =>
    expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeLessThan(1e-9);

  it("go there and back", () => {
    fc.assert(
      fc.property(point, (z) => {
        near(fromKlein(toKlein(z)), z);
        near(fromHyperboloid(toHyperboloid(z)), z);
      }),
    );
  });

  it("motions and reflections keep distances; a reflection undoes itself", () => {
    fc.assert(
      fc.property(point, point, point, (z, w, to) => {
        const motion = toOrigin(to);
        near(move(motion, to), { x: 0, y: 0 });
        expect(distance(move(motion, z), move(motion, w))).toBeCloseTo(distance(z, w), 6);
        if (distance(w, to) < 0.01) return;
        near(reflect(reflect(z, w, to), w, to), z);
        near(reflect(w, w, to), w);
      }),
    );
  });

  it("the hyperboloid gives the same distance", () => {
    fc.assert(
      fc.property(point, point, (z, w) => {
        const [t1, x1, y1] = toHyperboloid(z);
        const [t2, x2, y2] = toHyperboloid(w);
        expect(Math.cosh(distance(z, w))).toBeCloseTo(t1 * t2 - x1 * x2 - y1 * y2, 6);
      }),
    );
  });

  it("half plane and band have inverses and keep angles", () => {
    fc.assert(
      fc.property(point, (z) => {
        near(fromHalfPlane(toHalfPlane(z)), z);
        near(fromBand(toBand(z)), z);
        expect(toHalfPlane(z).y).toBeGreaterThan(0);
        expect(Math.abs(toBand(z).y)).toBeLessThan(Math.PI / 4);
        for (const model of PLANE_MODELS.filter((name) => name !== "klein")) {
          // conformal: small steps along x and y stay perpendicular and equally long
          const h = 1e-6;
          const [at, right, up] = [z, { x: z.x + h, y: z.y }, { x: z.x, y: z.y + h }].map((w) =>
            toModel(model, w),
          ) as [{ x: number; y: number }, { x: number; y: number }, { x: number; y: number }];
          const [ax, ay, bx, by] = [right.x - at.x, right.y - at.y, up.x - at.x, up.y - at.y];
          expect(Math.abs(ax * bx + ay * by) / (ax * ax + ay * ay)).toBeLessThan(1e-3);
          expect(Math.hypot(bx, by) / Math.hypot(ax, ay)).toBeCloseTo(1, 3);
        }
      }),
    );
  });

  it("geodesics: the middle is half way, arcs meet the rim at right angles and contain it", () => {
    fc.assert(
      fc.property(point, point, fc.double({ min: 0, max: 1, noNaN: true }), (z, w, t) => {
        const d = distance(z, w);
        if (d < 0.01) return;
        const between = pointAlong(z, w, t);
        expect(distance(z, between)).toBeCloseTo(t * d, 6);
        expect(distance(between, w)).toBeCloseTo((1 - t) * d, 6);
        near(pointAlong(z, w, 1 / 2), midpoint(z, w));
        near(move(translationBetween(z, w), z), w);
        const half = translationBetween(z, w, 1 / 2);
        near(move(half, z), midpoint(z, w));
        const way = geodesicThrough(z, w);
        if (way.kind === "line") return;
        const { centre, radius } = way;
        expect(centre.x ** 2 + centre.y ** 2 - radius ** 2).toBeCloseTo(1, 4);
        expect(Math.hypot(between.x - centre.x, between.y - centre.y) / radius).toBeCloseTo(1, 6);
      }),
    );
  });

  it("areas of triangles by their angles", () => {
    // the 2p triangles from the centre of a cell make up its area
    for (const [p, q] of commonSymbols) {
      const vertices = verticesOf(placeCells(buildTiling(p, q, 1)), 0);
      const area = vertices.reduce(
        (sum, z, e) => sum + triangleArea({ x: 0, y: 0 }, z, vertices[(e + 1) % p]!),
        0,
      );
      expect(area).toBeCloseTo(cellGeometry(p, q).area, 12);
    }
  });

  it("the band keeps the real axis in the middle", () => {
    expect(toBand({ x: 0.5, y: 0 }).x).toBeCloseTo(Math.atanh(0.5), 14);
    expect(toBand({ x: 0.5, y: 0 }).y).toBe(0);
    expect(Math.abs(toBand({ x: 0.3, y: 0.9 }).y)).toBeLessThan(Math.PI / 4);
  });
});
