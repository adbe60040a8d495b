import { describe, expect, it } from "vitest";
import { drawDual, drawTiling, drawTriangleGroup, drawTriangles } from "../../src/figures/index.ts";
import {
  buildTiling,
  buildTriangleTiling,
  cellGeometry,
  dualTiling,
  meshOf,
  PLANE_MODELS,
  placeCells,
  refineTriangles,
} from "../../src/lattice/index.ts";

describe("a tiling as SVG", () => {
  it.each([
    [7, 3],
    [3, 7],
    [5, 4],
  ])("{%i,%i}: one path a cell, edges on circles orthogonal to the unit circle", (p, q) => {
    const size = 2008;
    const svg = drawTiling(placeCells(buildTiling(p, q, 3)), { size, smallest: 0 });
    const paths = [...svg.matchAll(/<path d="([^"]+)"/g)].map((match) => match[1]!);
    expect(paths.length).toBe(buildTiling(p, q, 3).cells);
    // the central cell by symmetry: vertices at radius r0 and angles +-pi/p from the middle of an edge
    const r0 = cellGeometry(p, q).discCircumradius;
    const centre = (r0 * r0 + 1) / (2 * r0 * Math.cos(Math.PI / p));
    const radius = Math.sqrt(centre * centre - 1) * 1000;
    const radii = [...paths[0]!.matchAll(/A([\d.]+) /g)].map((match) => Number(match[1]));
    expect(radii.length).toBe(p);
    for (const r of radii) expect(r).toBeCloseTo(radius, 1);
  });

  it("says what was too small to draw", () => {
    expect(drawTiling(placeCells(buildTiling(7, 3, 6)), { smallest: 20 })).toMatch(
      /too small to see are left out/,
    );
  });

  const paths = (svg: string) =>
    [...svg.matchAll(/<path d="(M[^"]+Z)" fill="hsl/g)].map((match) => match[1]!);
  const numbers = (path: string) => (path.match(/-?[\d.]+/g) ?? []).map(Number);

  it.each(PLANE_MODELS)("draws every cell that the window of the model %s shows, inside it", (model) => {
    const placement = placeCells(buildTiling(7, 3, 4));
    const svg = drawTiling(placement, { model, size: 600, smallest: 0 });
    const drawn = paths(svg);
    const left = Number(/; (\d+) too small/.exec(svg)?.[1] ?? 0);
    expect(drawn.length + left).toBe(85);
    expect(drawn.length).toBeGreaterThan(30);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    if (model !== "klein" && model !== "poincare") return;
    expect(left).toBe(0);
    for (const path of drawn) for (const x of numbers(path)) expect(Math.abs(x)).toBeLessThan(1e4);
  });

  it("straightens geodesics in the Klein disc and bends them in the half plane", () => {
    const placement = placeCells(buildTiling(5, 4, 2));
    const klein = paths(drawTiling(placement, { model: "klein" }));
    expect(klein.join("")).not.toMatch(/A/);
    // the central pentagon in the half plane: arcs round centres on the axis, y = 0
    const [x0, y0, ...rest] = numbers(paths(drawTiling(placement, { model: "half-plane" }))[0]!) as [
      number,
      number,
    ];
    let [x, y] = [x0, y0];
    for (let k = 0; k + 7 <= rest.length; k += 7) {
      const [radius, , , , , endX, endY] = rest.slice(k, k + 7) as unknown as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const centre = (endX * endX + endY * endY - x * x - y * y) / (2 * (endX - x));
      expect(Math.hypot(x - centre, y)).toBeCloseTo(radius, 0);
      [x, y] = [endX, endY];
    }
  });

  it("draws the dual, refined triangles, groups, and a part", () => {
    const tiling = buildTiling(7, 3, 4);
    const placement = placeCells(tiling);
    const dual = dualTiling(meshOf(tiling));
    expect(paths(drawDual(dual, placement, { smallest: 0 })).length).toBe(dual.cells);
    const triangles = placeCells(buildTiling(3, 7, 4));
    expect(paths(drawTriangles(refineTriangles(triangles, 1), triangles, { smallest: 0 })).length).toBe(88);
    expect(paths(drawTriangleGroup(buildTriangleTiling(5, 4, 2, 6), { smallest: 0 })).length).toBe(45);
    expect(paths(drawTiling(placement, { keep: (cell) => cell < 8 })).length).toBe(8);
  });
});
