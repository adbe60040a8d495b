/** Detailed balance by exact transition matrices: the code of each algorithm, run on every answer of its dice. */
import { describe, expect, it } from "vitest";
import {
  buildGraph,
  cayleyTree,
  createModel,
  type SpinModel,
  squareLattice,
} from "../../../src/lattice/index.ts";
import { visit } from "../../../src/lattice/ising/local-updates.ts";
import { exchange } from "../../../src/lattice/ising/replica-exchange.ts";
import { createUpdater } from "../../../src/lattice/ising/updater.ts";
import { boltzmann, enumerateOutcomes, indexOf, stateOf, transitionMatrix } from "./transition-matrix.ts";

const star = cayleyTree(3, 2);
const frustrated = buildGraph(3, [
  [0, 1, -1],
  [1, 2, 0.7],
  [2, 0, 1.3],
]);
const models: readonly (readonly [string, SpinModel])[] = [
  ["2 x 2 torus", createModel(squareLattice(2))],
  ["star", createModel(star)],
  ["star in a field", createModel(star, { field: 0.4 })],
  [
    "chain with a wired end",
    createModel(
      buildGraph(
        4,
        [
          [0, 1],
          [1, 2],
          [2, 3],
        ],
        { boundary: [0] },
      ),
      { boundary: "wired" },
    ),
  ],
  [
    "chain with opposite fixed ends in a field",
    createModel(
      buildGraph(
        5,
        [
          [0, 1],
          [1, 2],
          [2, 3],
          [3, 4],
        ],
        { boundary: [0, 4] },
      ),
      {
        boundary: "fixed",
        signs: [1, -1],
        field: -0.3,
      },
    ),
  ],
  ["frustrated triangle with couplings", createModel(frustrated)],
  ["frustrated triangle in a field", createModel(frustrated, { field: 0.2 })],
  ["star in random fields", createModel(star, { siteFields: [0.3, -0.7, 0, 1.1] })],
];
const T = 1.7;

/** Largest |pi_a P_ab - pi_b P_ba| and largest error of a row sum. */
function imbalance(P: number[][], pi: number[]): { detailed: number; rows: number } {
  let detailed = 0;
  let rows = 0;
  P.forEach((row, a) => {
    rows = Math.max(rows, Math.abs(row.reduce((sum, p) => sum + p, 0) - 1));
    row.forEach((p, b) => {
      detailed = Math.max(detailed, Math.abs(pi[a]! * p - pi[b]! * P[b]![a]!));
    });
  });
  return { detailed, rows };
}

/** Largest |(pi P)_b - pi_b|. */
function drift(P: number[][], pi: number[]): number {
  return Math.max(
    ...pi.map((value, b) => Math.abs(P.reduce((sum, row, a) => sum + pi[a]! * row[b]!, 0) - value)),
  );
}

/** Whether every state can be reached from every other. */
function isErgodic(P: number[][]): boolean {
  const seen = new Set([0]);
  for (const a of seen) P[a]!.forEach((p, b) => void (p > 0 && seen.add(b)));
  return seen.size === P.length;
}

describe.each(models)("%s", (_, model) => {
  const pi = boltzmann(model, T);
  it.each(["wolff", "swendsen-wang"] as const)("%s obeys detailed balance", (algorithm) => {
    const { P, bookkeeping } = transitionMatrix(model, (state, dice) =>
      createUpdater(algorithm, model, T, dice).sweep(state),
    );
    const { detailed, rows } = imbalance(P, pi);
    expect(rows).toBeLessThan(1e-13);
    expect(detailed).toBeLessThan(1e-15);
    expect(bookkeeping).toBeLessThan(1e-12);
    expect(isErgodic(P)).toBe(true);
  });
  it.each(["metropolis", "heat-bath"] as const)(
    "%s: one visit of a random spin obeys detailed balance",
    (rule) => {
      const { P, bookkeeping } = transitionMatrix(model, (state, dice) =>
        visit(state, dice.below(model.spins), rule, 1 / T, dice),
      );
      const { detailed, rows } = imbalance(P, pi);
      expect(rows).toBeLessThan(1e-13);
      expect(detailed).toBeLessThan(1e-15);
      expect(bookkeeping).toBeLessThan(1e-12);
      expect(isErgodic(P)).toBe(true);
    },
  );
  it.each([
    ["metropolis", "sequential"],
    ["metropolis", "checkerboard"],
    ["heat-bath", "sequential"],
    ["heat-bath", "checkerboard"],
  ] as const)("%s in %s order leaves the Boltzmann distribution as it is", (rule, order) => {
    const { P } = transitionMatrix(model, (state, dice) =>
      createUpdater(rule, model, T, dice, order).sweep(state),
    );
    expect(drift(P, pi)).toBeLessThan(1e-15);
  });
});

describe("a random-order sweep", () => {
  it("is the power of one visit", () => {
    const model = createModel(buildGraph(2, [[0, 1]]), { field: 0.3 });
    const one = transitionMatrix(model, (state, dice) =>
      visit(state, dice.below(2), "metropolis", 1 / T, dice),
    ).P;
    const sweep = transitionMatrix(model, (state, dice) =>
      createUpdater("metropolis", model, T, dice, "random").sweep(state),
    ).P;
    sweep.forEach((row, a) => {
      row.forEach((p, b) => {
        expect(p).toBeCloseTo(
          one[a]!.reduce((sum, x, c) => sum + x * one[c]![b]!, 0),
          14,
        );
      });
    });
  });
});

describe("replica exchange", () => {
  const chain = buildGraph(
    4,
    [
      [0, 1],
      [1, 2, -0.5],
      [2, 3],
    ],
    { boundary: [3] },
  );
  it.each([
    ["free in a field", createModel(chain, { field: 0.3 })],
    ["wired", createModel(chain, { boundary: "wired" })],
    ["fixed in a field", createModel(chain, { boundary: "fixed", signs: [-1], field: 0.2 })],
  ])("%s: the swap obeys detailed balance in the joint distribution", (_, model) => {
    const temperatures = [1.2, 2.5];
    const [cold, hot] = temperatures.map((t) => boltzmann(model, t)) as [number[], number[]];
    const states = 2 ** model.spins;
    const pi = Array.from(
      { length: states ** 2 },
      (_, k) => cold[k % states]! * hot[Math.floor(k / states)]!,
    );
    const P = pi.map((_, k) => {
      const row = new Array<number>(pi.length).fill(0);
      enumerateOutcomes(
        (dice) => {
          const pair = [stateOf(model, k % states), stateOf(model, Math.floor(k / states))];
          exchange(pair, temperatures, 0, dice);
          return indexOf(pair[0]!) + states * indexOf(pair[1]!);
        },
        (to, p) => {
          row[to]! += p;
        },
      );
      return row;
    });
    const { detailed, rows } = imbalance(P, pi);
    expect(rows).toBeLessThan(1e-13);
    expect(detailed).toBeLessThan(1e-15);
  });
});
