import { describe, expect, it } from "vitest";
import { drawTiling } from "../../src/figures/index.ts";
import { buildTiling, cellGeometry, placeCells } from "../../src/lattice/index.ts";

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
});
