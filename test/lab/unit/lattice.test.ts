/** The Lattice room without a browser: its camera, cells, plan, scale and simulation. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  curvesOf,
  guessTransition,
  refiningGrid,
  solvePoint,
  solverOf,
  solveTransitions,
} from "../../../lab/src/rooms/lattice/exact/solve.ts";
import {
  anglesOf,
  beneath,
  type Camera,
  cameraField,
  dragDisc,
  HOME,
  motionOf,
  scaleOf,
  stepDisc,
  toDisc,
  toPicture,
  toWindow,
  zoomAt,
} from "../../../lab/src/rooms/lattice/picture/camera.ts";
import {
  type Cells,
  cellAt,
  createSelector,
  polygonFan,
  STRIDE,
} from "../../../lab/src/rooms/lattice/picture/cells.ts";
import { siteAt } from "../../../lab/src/rooms/lattice/picture/picking.ts";
import {
  type LatticeSpec,
  MOST_BYTES,
  mostLayers,
  nameOf,
  planLattice,
} from "../../../lab/src/rooms/lattice/plan.ts";
import { placeDual } from "../../../lab/src/rooms/lattice/simulation/lattice.ts";
import { createPast } from "../../../lab/src/rooms/lattice/simulation/past.ts";
import { createTrace } from "../../../lab/src/rooms/lattice/simulation/trace.ts";
import { warpAround } from "../../../lab/src/rooms/lattice/warp.ts";
import {
  buildTiling,
  centreOf,
  distance,
  dualCornersOf,
  dualTiling,
  meshOf,
  move,
  parseLattice,
  placeCells,
  SQUARE_TC,
  solveKaufman,
  verticesOf,
} from "../../../src/lattice/index.ts";

const window = { width: 640, height: 640 };
const patch = (p: number, q: number, layers: number): Cells => {
  const { motions } = placeCells(buildTiling(p, q, layers));
  return { p, q, count: motions.length / 4, motions };
};

describe("the camera of the disc", () => {
  const points = fc.tuple(
    fc.double({ min: 0, max: 0.97, noNaN: true }),
    fc.double({ min: -3.1, max: 3.1, noNaN: true }),
  );
  const at = ([r, angle]: readonly [number, number]) => ({ x: r * Math.cos(angle), y: r * Math.sin(angle) });

  it.each(["poincare", "klein"] as const)("%s: what is under the pointer stays there", (model) => {
    fc.assert(
      fc.property(points, points, points, (a, b, c) => {
        // a drag that begins after another one
        const camera = dragDisc(
          dragDisc(HOME, model, { x: 0.1, y: 0.2 }, at(c)),
          model,
          { x: 0, y: 0 },
          { x: 0.3, y: 0 },
        );
        const [from, to] = [toDisc(model, at(a))!, toDisc(model, at(b))!];
        const held = beneath(camera, from);
        const after = beneath(dragDisc(camera, model, at(a), at(b)), to);
        expect(distance(held, after)).toBeLessThan(1e-5);
      }),
      { seed: 11 },
    );
  });
  it("does not drift: a thousand drags round a loop stay motions of the plane", () => {
    let camera: Camera = HOME;
    for (let n = 0; n < 1000; n++) camera = stepDisc(camera, n, 0.37);
    const { ar, ai, br, bi } = camera.motion;
    expect(ar * ar + ai * ai - br * br - bi * bi).toBeCloseTo(1, 9);
  });
  it("goes into the address and back", () => {
    const field = cameraField("v");
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 12, noNaN: true }),
        points,
        fc.double({ min: 1, max: 9, noNaN: true }),
        (d, [x, angle], zoom) => {
          const camera = { motion: motionOf(d, angle, angle / 2), zoom, x, y: -x };
          const read = field.read(field.write(camera));
          const back = "value" in read ? read.value : HOME;
          const found = anglesOf(back.motion);
          expect(found.distance).toBeCloseTo(d, 3);
          if (d > 0.01) expect(Math.cos(found.direction - angle)).toBeCloseTo(1, 5);
          if (d > 0.01) expect(Math.cos(found.turn - angle / 2)).toBeCloseTo(1, 5);
          expect([back.zoom, back.x, back.y].map((n) => n.toFixed(3))).toEqual(
            [zoom, x, -x].map((n) => Number(n.toFixed(4)).toFixed(3)),
          );
        },
      ),
      { seed: 12 },
    );
    expect(field.write(HOME)).toBe("");
    expect(field.read("")).toEqual({
      problem: { received: "", expected: expect.stringContaining("six numbers") },
    });
    for (const text of ["1,2,x", "-1", "1,1,1,1,1,1,1", "1,1,1,0.5"])
      expect(field.read(text)).toHaveProperty("problem");
  });
  it("enlarges about the pointer, and comes home", () => {
    const camera = zoomAt(zoomAt(HOME, window, 500, 100, 3), window, 200, 300, 2);
    const before = toPicture(camera, window, 123, 456);
    const after = toPicture(zoomAt(camera, window, 123, 456, 1.7), window, 123, 456);
    expect(after.x).toBeCloseTo(before.x, 12);
    expect(after.y).toBeCloseTo(before.y, 12);
    expect(toWindow(camera, window, toPicture(camera, window, 77, 99)).x).toBeCloseTo(77, 9);
    expect(zoomAt(camera, window, 123, 456, 0.001)).toEqual(HOME);
  });
});

describe("cells on the disc", () => {
  it.each([
    [7, 3, 5],
    [3, 7, 7],
    [5, 4, 4],
    [4, 5, 5],
  ])("{%i,%i}: polygons lie where the library puts their corners, from any view", (p, q, layers) => {
    const cells = patch(p, q, layers);
    const camera = dragDisc(HOME, "poincare", { x: 0.1, y: 0.5 }, { x: -0.6, y: 0.2 });
    const placement = placeCells(buildTiling(p, q, layers), { view: camera.motion });
    const batches = createSelector().select(cells, camera, "poincare", window, 1, 1e-3);
    const seen = new Set<number>();
    batches.forEach(({ motions, ids, count }, level) => {
      for (let k = 0; k < count; k++) {
        const cell = ids[k]!;
        seen.add(cell);
        const [ar, ai, br, bi, radius] = motions.subarray(STRIDE * k, STRIDE * k + 5) as unknown as number[];
        const motion = { ar: ar!, ai: ai!, br: br!, bi: bi! };
        const fan = polygonFan(p, q, [16, 5, 1][level]!);
        expect(distance(move(motion, { x: 0, y: 0 }), centreOf(placement, cell))).toBeLessThan(2e-3);
        const corners = verticesOf(placement, cell);
        const first = move(motion, { x: fan[3]!, y: fan[4]! });
        expect(Math.min(...corners.map((v) => Math.hypot(v.x - first.x, v.y - first.y)))).toBeLessThan(2e-6);
        const size = Math.max(...corners.map((v) => Math.hypot(v.x - corners[0]!.x, v.y - corners[0]!.y)));
        expect(size * scaleOf(window, 1)).toBeLessThan(2.01 * radius!);
      }
    });
    expect(seen.size).toBe(cells.count);
  });
  it("edges are arcs that meet the rim at right angles", () => {
    const fan = polygonFan(7, 3, 16);
    const [a, b, c] = [0, 8, 15].map((k) => ({ x: fan[9 * k + 3]!, y: fan[9 * k + 4]! }));
    // the circle through three points of the edge: |centre|^2 = 1 + radius^2
    const d = 2 * (a!.x * (b!.y - c!.y) + b!.x * (c!.y - a!.y) + c!.x * (a!.y - b!.y));
    const s = (p: { x: number; y: number }) => p.x * p.x + p.y * p.y;
    const x = (s(a!) * (b!.y - c!.y) + s(b!) * (c!.y - a!.y) + s(c!) * (a!.y - b!.y)) / d;
    const y = (s(a!) * (c!.x - b!.x) + s(b!) * (a!.x - c!.x) + s(c!) * (b!.x - a!.x)) / d;
    expect(x * x + y * y - (a!.x - x) ** 2 - (a!.y - y) ** 2).toBeCloseTo(1, 4);
  });
  it("leaves out what is too small or beside the window, and nothing else", () => {
    const cells = patch(7, 3, 8);
    const selector = createSelector();
    const count = (camera: Camera, smallest: number): number =>
      selector
        .select(cells, camera, "poincare", window, 1, smallest)
        .reduce((sum, { count: n }) => sum + n, 0);
    expect(count(HOME, 1e-9)).toBe(cells.count);
    const large = count(HOME, 4);
    expect(large).toBeGreaterThan(20);
    expect(large).toBeLessThan(300);
    const close = { ...HOME, zoom: 8, x: 0.9, y: 0 };
    const shown = selector.select(cells, close, "poincare", window, 1, 1e-9);
    const ids = new Set(shown.flatMap(({ ids: some, count: n }) => [...some.subarray(0, n)]));
    const placement = placeCells(buildTiling(7, 3, 8));
    for (let c = 0; c < cells.count; c++) {
      const { x, y } = toWindow(close, window, centreOf(placement, c));
      if (x > 0 && x < 640 && y > 0 && y < 640) expect(ids.has(c)).toBe(true);
    }
    expect(ids.size).toBeLessThan(cells.count / 2);
  });
  it("a point belongs to the nearest cell, beyond the patch to none", () => {
    const cells = patch(7, 3, 5);
    const placement = placeCells(buildTiling(7, 3, 5));
    for (const cell of [0, 1, 30, 231]) {
      const centre = centreOf(placement, cell);
      expect(cellAt(cells, centre)).toBe(cell);
      const corner = verticesOf(placement, cell)[2]!;
      const near = { x: centre.x * 0.1 + corner.x * 0.9, y: centre.y * 0.1 + corner.y * 0.9 };
      expect(cellAt(cells, near)).toBe(cell);
    }
    expect(cellAt(cells, { x: 0.9999, y: 0 })).toBe(-1);
    expect(cellAt(cells, { x: 1.2, y: 0 })).toBe(-1);
  });
  it("dual cells have their corners in the middle of cells", () => {
    const tiling = buildTiling(5, 4, 3);
    const placement = placeCells(tiling);
    const dual = dualTiling(meshOf(tiling));
    const motions = placeDual(tiling, placement.motions);
    const fan = polygonFan(4, 5, 1);
    for (let d = 0; d < dual.cells; d++) {
      const [ar, ai, br, bi] = motions.subarray(4 * d, 4 * d + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      for (const centre of dualCornersOf(dual, placement, d)) {
        const nearest = [0, 1, 2, 3].map((e) => {
          const z = move({ ar, ai, br, bi }, { x: fan[9 * e + 3]!, y: fan[9 * e + 4]! });
          return Math.hypot(z.x - centre.x, z.y - centre.y);
        });
        expect(Math.min(...nearest)).toBeLessThan(1e-6);
      }
    }
  });
  it("a site of a square lattice, round a torus and beside an open one", () => {
    const torus = { kind: "square", size: 16, isPeriodic: true } as const;
    const { x, y } = toWindow(HOME, window, { x: -1 + 2 * (3.5 / 16), y: -1 + 2 * (5.5 / 16) });
    expect(siteAt(torus, HOME, window, "poincare", x, y)).toBe(3 + 16 * 5);
    expect(siteAt(torus, { ...HOME, x: 2 }, window, "poincare", x, y)).toBe(3 + 16 * 5);
    expect(siteAt({ ...torus, isPeriodic: false }, { ...HOME, x: 2 }, window, "poincare", x, y)).toBeNull();
  });
});

describe("the plan of a lattice", () => {
  const tiling = { kind: "tiling", p: 7, q: 3, layers: 5, by: "edge", boundary: "free" } as const;
  it.each<readonly [LatticeSpec, string, number]>([
    [tiling, "7,3:5", 232],
    [{ ...tiling, p: 5, q: 4, layers: 3, by: "vertex" }, "5,4:3:vertex", 51],
    [{ kind: "square", size: 32, boundary: "periodic" }, "square:32", 1024],
    [{ kind: "square", size: 16, boundary: "wired" }, "square:16:open", 256],
  ])("%o", (spec, name, cells) => {
    expect(nameOf(spec)).toBe(name);
    expect(planLattice(spec)).toMatchObject({ kind: "fits", cells });
    expect(parseLattice(name).sites).toBe(cells);
  });
  it.each([
    [{ ...tiling, p: 4, q: 4 }, /\{4,4\} is euclidean/, /square/],
    [{ ...tiling, p: 3, q: 5 }, /\{3,5\} is spherical/, /raise p or q/],
    [
      { ...tiling, layers: 30 },
      /\{7,3\} with 30 layers has .* cells and would take .* TiB of this tab's memory, allowed are 512 MiB/,
      /at most 14 layers fit/,
    ],
    [{ ...tiling, layers: 1, boundary: "wired" as const }, /all boundary/, /two layers/],
  ])("refuses %o", (spec, message, hint) => {
    const plan = planLattice(spec);
    expect(plan).toMatchObject({
      kind: "refused",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
  it("the most layers fit, one more does not", () => {
    for (const [p, q] of [
      [7, 3],
      [3, 7],
      [40, 40],
    ] as const) {
      const spec = { ...tiling, p, q };
      const layers = mostLayers(spec);
      expect(planLattice({ ...spec, layers })).toMatchObject({ kind: "fits" });
      expect(planLattice({ ...spec, layers: layers + 1 })).toMatchObject({ kind: "refused" });
    }
    expect(MOST_BYTES).toBe(512 * 2 ** 20);
  });
});

describe("the scale of the temperature", () => {
  it("there and back, dense in the middle", () => {
    const warp = warpAround(SQUARE_TC, [0.2, 6]);
    for (const T of [0.2, 1, 2.2, SQUARE_TC, 2.3, 4, 6])
      expect(warp.toValue(warp.toPosition(T))).toBeCloseTo(T, 3);
    expect(warp.toPosition(SQUARE_TC)).toBe(0.5);
    const step = (x: number): number => warp.toValue(x + 0.005) - warp.toValue(x - 0.005);
    expect(step(0.99)).toBeGreaterThan(9 * step(0.51));
  });
});

describe("the course of a run", () => {
  it("thins out to means over blocks", () => {
    const trace = createTrace();
    for (let n = 0; n < 5000; n++) trace.add(n, n / 2, -n);
    const { sweeps, energy, magnetization } = trace.read();
    expect(sweeps.length).toBeLessThanOrEqual(600);
    expect(sweeps.length).toBeGreaterThan(300);
    expect(trace.isNew).toBe(false);
    sweeps.forEach((sweep, k) => {
      expect(energy[k]).toBeCloseTo(sweep / 2, 9);
      expect(magnetization[k]).toBeCloseTo(-sweep, 9);
    });
    const [first, second, last] = [sweeps[0]!, sweeps[1]!, sweeps.at(-1)!];
    expect(last).toBeCloseTo(first + (second - first) * (sweeps.length - 1), 6);
  });
  it("keeps pictures of the past at even distances", () => {
    const past = createPast();
    const picture = (n: number): Int8Array =>
      Int8Array.from({ length: 21 }, (_, i) => ((n >> (i % 16)) & 1 ? 1 : -1));
    for (let n = 0; n <= 1000; n++) past.offer(n, () => picture(n));
    expect(past.stride).toBe(8);
    expect(past.count).toBe(126);
    const out = new Uint8Array(21);
    for (const index of [0, 1, 77, 125]) {
      past.show(index, out);
      expect(Int8Array.from(out, (byte) => (byte === 255 ? 1 : -1))).toEqual(picture(index * 8));
    }
  });
});

describe("exact values beside a run", () => {
  const tiling = { kind: "tiling", p: 7, q: 3, layers: 3, by: "edge", boundary: "wired" } as const;
  it("are the library's, with their method", () => {
    const square = { lattice: { kind: "square", size: 1024, boundary: "periodic" } as const, field: 0 };
    const { values, reason } = solvePoint(square, solverOf(square), 2.3);
    expect(values.energy).toEqual({ value: solveKaufman(2.3, 1024).energy, method: "Kaufman, finite torus" });
    expect(values.magnetization?.method).toMatch(/infinite/);
    expect(reason).toBeNull();
    const patchSpec = { lattice: tiling, field: 0 };
    const solved = solvePoint(patchSpec, solverOf(patchSpec), 5).values;
    expect(solved.centralMagnetization?.value).toBeCloseTo(0.8034824196, 9);
  });
  it("say why there are none", () => {
    const big = { lattice: { ...tiling, layers: 12, boundary: "free" } as const, field: 0 };
    expect(solverOf(big)).toMatchObject({ solver: null, reason: expect.stringMatching(/takes too long/) });
    const field = { lattice: { kind: "square", size: 32, boundary: "periodic" } as const, field: 0.1 };
    expect(solverOf(field)).toMatchObject({ solver: null, reason: expect.stringMatching(/field/) });
    expect(solvePoint(field, solverOf(field), 2).values).toEqual({});
  });
  it("curves begin coarse and end complete", () => {
    const grid = refiningGrid([1, 3], 9);
    expect(grid.slice(0, 3)).toEqual([1, 3, 2]);
    expect([...grid].sort((a, b) => a - b)).toEqual([1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3]);
    const model = { lattice: { kind: "square", size: 16, boundary: "periodic" } as const, field: 0 };
    const solver = solverOf(model);
    const points = grid.map((T) => {
      const { energy } = solvePoint(model, solver, T).values;
      return [T, energy === undefined ? {} : { energy }] as const;
    });
    const curves = curvesOf(model, points, [1, 3]);
    expect(curves.map(({ quantity, label }) => `${quantity}: ${label}`)).toEqual([
      "energy: Kaufman, finite torus",
      "heatCapacity: infinite lattice, Onsager",
      "magnetization: infinite lattice, Yang",
    ]);
    expect(curves[0]?.temperature).toEqual([1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3]);
  });
  it("transitions: the guess is near, and too few layers are said", () => {
    const wired = { ...tiling, boundary: "wired" } as const;
    const { transitions, reason } = solveTransitions(wired, [620]);
    expect(transitions.map(({ label, isOwn }) => [label, isOwn])).toEqual([
      ["upper, wired patches", true],
      ["tree with 7 neighbours (Bethe)", false],
    ]);
    expect(reason).toMatch(/lower, free patches: bulk transition of \{3,7\}: 620 cells allow 5 layers/);
    const upper = transitions[0]?.temperature.value ?? 0;
    expect(upper).toBeCloseTo(5.34, 1);
    expect(guessTransition(wired) / upper).toBeCloseTo(1, 0);
    const square = { kind: "square", size: 32, boundary: "free" } as const;
    expect(solveTransitions(square).transitions[0]?.temperature.value).toBe(SQUARE_TC);
    expect(guessTransition(square)).toBe(SQUARE_TC);
  });
});
