/** Pictures of spins, scans, fields and chains: complete, described, with what they claim to show. */
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import {
  drawChainEntropy,
  drawConfiguration,
  drawCorrelators,
  drawIsingScan,
  drawReconstruction,
  drawThreshold,
  type Figure,
  requirePicture,
  serializeFigure,
  writeConfiguration,
} from "../../src/figures/index.ts";
import {
  buildTiling,
  dualTiling,
  hyperbolicLattice,
  measureArcReconstruction,
  measureCorrelators,
  measureThreshold,
  meshOf,
  parseLattice,
  placeCells,
  viewFrom,
} from "../../src/lattice/index.ts";
import { createStream } from "../../src/numerics/index.ts";

const { document } = new JSDOM("").window;

function expectComplete(figure: Figure): string {
  const text = serializeFigure(figure);
  expect(text).not.toMatch(/NaN|undefined/);
  expect(figure.svg.querySelector("title")?.textContent).toMatch(/\S/);
  expect(figure.svg.querySelector("desc")?.textContent).toBe(figure.caption);
  expect(figure.caption).toMatch(/[.]$/);
  for (const row of figure.table.rows) expect(row).toHaveLength(figure.table.columns.length);
  return text;
}

const exact = (value: number) => ({ value, stderr: 0.01, n: 3, method: "test" });

describe("spin configurations", () => {
  it("of {7,3}: one path with arcs a cell, coloured by its spin", async () => {
    const graph = hyperbolicLattice(7, 3, 3);
    const spins = Int8Array.from({ length: 29 }, (_, i) => (i < 10 ? 1 : -1));
    const figure = await drawConfiguration({ graph, spins, temperature: 2 }, { document });
    const text = expectComplete(figure);
    const fills = [...text.matchAll(/<path d="M[^"]*A[^"]*" fill="([^"]+)"/g)].map((match) => match[1]);
    expect(fills).toHaveLength(29);
    expect(new Set(fills.slice(0, 10)).size).toBe(1);
    expect(fills[0]).not.toBe(fills[10]);
    expect(figure.caption).toContain("34.5 % of them up");
  });
  it("as text, from another view and in another model", () => {
    const graph = hyperbolicLattice(7, 3, 3);
    const spins = Int8Array.from({ length: 29 }, (_, i) => (i === 9 ? -1 : 1));
    const plain = writeConfiguration({ graph, spins, temperature: 2 });
    const view = viewFrom(placeCells(buildTiling(7, 3, 3)), 9);
    const moved = writeConfiguration({ graph, spins, temperature: 2, view, model: "klein" });
    expect([moved.title, moved.caption]).toEqual([plain.title, plain.caption]);
    const down = /<path d="([^"]*)" fill="rgb\(240 178 72\)"/.exec(moved.text)?.[1] ?? "";
    // straight edges round the middle of the disc
    expect(down).not.toContain("A");
    const corners = [...down.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].slice(0, 7);
    for (const axis of [1, 2])
      expect(Math.abs(corners.reduce((sum, corner) => sum + Number(corner[axis]), 0))).toBeLessThan(0.1);
  });
  it("a part, enlarged, with the dual over faded cells", () => {
    const graph = hyperbolicLattice(7, 3, 4);
    const tiling = buildTiling(7, 3, 4);
    const spins = new Int8Array(85).fill(1);
    const input = { graph, spins, temperature: 2, opacity: 0.25, dual: dualTiling(meshOf(tiling)) };
    const whole = writeConfiguration(input).text;
    const outlines = (text: string) =>
      /data-dual="true"[^>]* d="([^"]*)"/.exec(text)?.[1]?.match(/M/g)?.length ?? 0;
    expect(outlines(whole)).toBe(input.dual.cells);
    expect(whole).toContain('opacity="0.25"');
    expect(whole.match(/<path d=/g)).toHaveLength(85);
    const part = writeConfiguration({ ...input, part: { x: 0.5, y: 0.25, zoom: 4 } }).text;
    // the middle of the picture, 1424 pixels a radius
    expect(part).toContain('viewBox="352 -716 720 720"');
    expect(part).toContain('<circle r="1424"');
    expect(part.match(/<path d=/g)!.length).toBeLessThan(60);
    expect(outlines(part)).toBeLessThan(input.dual.cells);
  });
  it("a part of a torus, which comes round, and of an open square, which does not", () => {
    const spins = new Int8Array(64).fill(1);
    const part = { x: 0.5, y: 0.25, zoom: 1 };
    const text = (name: string, zoom: number) =>
      writeConfiguration({ graph: parseLattice(name), spins, temperature: 1, part: { ...part, zoom } }).text;
    // 8 sites of 90 pixels: 2 to the right, 1 up
    expect(text("square:8", 1)).toContain('viewBox="180 -90 720 720"');
    expect(text("square:8", 1)).toContain('x="180" y="-90" width="720" height="720"');
    // sites of 90 pixels from 450 to 630 and from 180 to 360
    expect(text("square:8", 4)).toContain('viewBox="450 180 180 180"');
    expect(text("square:8", 4)).toContain('x="450" y="180" width="180" height="180"');
    expect(text("square:8:open", 1)).toContain('x="180" y="0" width="540" height="630"');
  });
  it("of a square lattice as pixels, of a triangular one as hexagons", async () => {
    const square = parseLattice("square:4x6");
    const up = new Int8Array(24).fill(1);
    const pixels = expectComplete(
      await drawConfiguration({ graph: square, spins: up, temperature: 1 }, { document }),
    );
    expect(pixels).toMatch(/<image href="data:image\/png;base64,/);
    expect(pixels).toMatch(/viewBox="0 0 480 720"/);
    const triangular = parseLattice("triangular:4");
    const mixed = Int8Array.from({ length: 16 }, (_, i) => (i % 3 === 0 ? 1 : -1));
    const hexagons = expectComplete(
      await drawConfiguration({ graph: triangular, spins: mixed, temperature: 1 }, { document }),
    );
    expect(hexagons.match(/Z/g)).toHaveLength(16);
  });
  it("are refused for trees and surfaces", () => {
    expect(() => requirePicture(parseLattice("cayley:3:3"))).toThrow(/picture of cayley:3:3/);
    expect(() => requirePicture(parseLattice("7,3:closed:7"))).toThrow(/expected a square/);
  });
});

describe("scans", () => {
  it("stack three panels with points, curves and transitions", async () => {
    const points = [1, 2, 3].map((temperature) => ({
      temperature,
      magnetization: exact(1 / temperature),
      energy: exact(-2 + temperature / 3),
      heatCapacity: exact(0.5),
    }));
    const curves = [
      { quantity: "energy" as const, label: "Kaufman", temperature: [1, 2, 3], value: [-1.6, -1.3, -1] },
    ];
    const transitions = [{ temperature: 2.269, label: "infinite lattice" }];
    const input = { lattice: "square:8", order: "<|m|>", points, curves, transitions };
    const figure = await drawIsingScan(input, { document });
    const text = expectComplete(figure);
    expect(text.match(/<circle/g)).toHaveLength(9);
    expect(figure.svg.querySelectorAll("svg")).toHaveLength(3);
    expect(figure.caption).toContain("lines are exact (Kaufman)");
    expect(figure.caption).toContain("infinite lattice, T = 2.269");
  });
});

describe("fields", () => {
  it("thresholds beside the disc", async () => {
    const table = await measureThreshold(7, 3, createStream(1), { layers: [3, 4, 5, 6] });
    const disc = { radius: [2, 3, 4, 5], threshold: [-1.77, -0.95, -0.66, -0.53] };
    const text = expectComplete(await drawThreshold(table, disc, { document }));
    expect(text.match(/<circle/g)).toHaveLength(4);
    expect(text).toContain("continuum bound");
  });
  it("dimensions of several weights", async () => {
    const tiling = buildTiling(7, 3, 5);
    const fits = [0, 1].map((massSquared) => measureCorrelators(tiling, createStream(1), { massSquared }));
    const figure = await drawCorrelators("{7,3}", [{ label: "second-order", fits }], { document });
    expectComplete(figure);
    expect(figure.table.rows).toHaveLength(2);
  });
  it("reconstructions with the arc and its geodesic", async () => {
    const options = { angle: 2, noise: 0.01 };
    const arc = await measureArcReconstruction(7, 3, 4, createStream(1), options);
    const text = expectComplete(await drawReconstruction(arc, { document }));
    // the geodesic between +-1 rad has radius tan 1 on a disc of 356 pixels
    expect(text).toContain(`A${(Math.tan(1) * 356).toFixed(2)} `);
    const whole = await measureArcReconstruction(7, 3, 4, createStream(1), { angle: 2 * Math.PI });
    expectComplete(await drawReconstruction(whole, { document }));
    const half = await measureArcReconstruction(7, 3, 4, createStream(1), { angle: Math.PI });
    expect(expectComplete(await drawReconstruction(half, { document }))).toMatch(
      /M0\.00 356\.00L0\.00 -356\.00/,
    );
  });
  it("entropies with uniform chain and singlets", async () => {
    const points = [2, 4, 8].map((length) => ({ length, entropy: Math.log(length), intervals: 1 }));
    const text = expectComplete(
      await drawChainEntropy(
        {
          name: "{5,4}",
          fermions: points,
          singlets: points,
          uniform: points,
          centralCharge: exact(0.7),
          singletCharge: exact(0.6),
        },
        { document },
      ),
    );
    expect(text.match(/<circle/g)).toHaveLength(3);
    expect(text).toContain("uniform, c = 1");
  });
});
