/** Kernels of graphs make the spins that the readable updates make of the same random numbers. */
import { describe, expect, it } from "vitest";
import {
  buildGraph,
  createModel,
  parseLattice,
  type SpinModel,
  squareLattice,
} from "../../../src/lattice/index.ts";
import { startEngine } from "../../../src/lattice/ising/engine.ts";
import { createState } from "../../../src/lattice/ising/state.ts";
import { createUpdater } from "../../../src/lattice/ising/updater.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { createKernelDice } from "./kernel-dice.ts";

const random = createStream(17);
const glass = buildGraph(
  60,
  Array.from(
    { length: 150 },
    (_, k) => [k % 60, (k % 60) + 1 + random.integer(9), random.normal()] as const,
  ).map(([i, j, J]) => [i, j % 60, J] as const),
  { boundary: [3, 17, 40] },
);
const patch = parseLattice("7,3:4");
const models: readonly (readonly [string, SpinModel, number])[] = [
  ["torus", createModel(squareLattice(12)), 2.3],
  ["narrow torus", createModel(squareLattice(7, { rows: 2 })), 2.1],
  ["torus of length 2", createModel(squareLattice(2, { rows: 3 })), 2],
  ["torus in a field", createModel(squareLattice(9, { rows: 6 }), { field: 0.17 }), 2.3],
  ["wired patch", createModel(patch, { boundary: "wired" }), 5],
  ["wired patch in a field", createModel(patch, { boundary: "wired", field: -0.31 }), 4],
  ["free patch", createModel(patch), 2.5],
  ["random fields", createModel(patch, { siteFields: Array.from({ length: 85 }, () => random.normal()) }), 2],
  [
    "more fields than a table has classes",
    createModel(squareLattice(20), { siteFields: Array.from({ length: 400 }, () => random.normal()) }),
    2,
  ],
  ["couplings of both signs", createModel(glass), 1.5],
  [
    "couplings, field and pinned spins",
    createModel(glass, { boundary: "fixed", signs: [1, -1, 1], field: 0.2 }),
    1.5,
  ],
  ["cold torus", createModel(squareLattice(8)), 0.04],
  ["cold glass in a field", createModel(glass, { field: 0.5 }), 0.03],
];

describe.each(models)("%s", (_, model, T) => {
  it.each([
    ["metropolis", "sequential"],
    ["metropolis", "checkerboard"],
    ["metropolis", "random"],
    ["heat-bath", "sequential"],
    ["heat-bath", "checkerboard"],
    ["heat-bath", "random"],
    ["wolff", "sequential"],
    ["swendsen-wang", "sequential"],
  ] as const)("%s, %s", async (algorithm, order) => {
    const stream = createStream(23).fork(algorithm);
    const how = { algorithm, start: "disordered", order, readsSpins: true } as const;
    const engine = await startEngine(model, T, stream, how);
    const kind = algorithm === "wolff" || algorithm === "swendsen-wang" ? "bonds" : "spins";
    const dice = createKernelDice(stream.fork("updates"), kind);
    const state = createState(model, "disordered", stream.fork("start"));
    expect([engine.state.energy, engine.state.total]).toEqual([state.energy, state.total]);
    for (const temperature of [T, 1.3 * T]) {
      if (temperature !== T) engine.setTemperature(temperature);
      const twin = createUpdater(algorithm, model, temperature, dice, order);
      for (let n = 0; n < 12; n++) {
        engine.updater.sweep(engine.state);
        twin.sweep(state);
        expect(engine.state.spins).toEqual(state.spins);
        expect([engine.state.energy, engine.state.total]).toEqual([state.energy, state.total]);
      }
    }
    const fresh = createState(model, "ordered", stream);
    expect(fresh.total).toBe(model.graph.sites - model.pinned.filter((sign) => sign < 0).length * 2);
  });
});
