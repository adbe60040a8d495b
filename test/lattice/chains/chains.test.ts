/** Aperiodic chains: inflation against tilings, free fermions against exact diagonalisation, entanglement against known laws. */
import { describe, expect, it } from "vitest";
import { loadKernels } from "../../../src/kernels/index.ts";
import {
  boundaryWord,
  buildTiling,
  chooseLengths,
  countLetters,
  entanglementEntropy,
  fitCentralCharge,
  inflate,
  inflationRule,
  lettersToCouplings,
  measureEntanglement,
  measureSinglets,
  placeCells,
  planLayers,
  sampleCouplings,
  singletEntropy,
  solveChain,
  solveStrongDisorder,
  verticesOf,
} from "../../../src/lattice/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { spinChain } from "./spin-chain.ts";

const kernels = await loadKernels();

const tilings = [
  [5, 4],
  [4, 5],
  [5, 5],
  [6, 4],
  [4, 6],
  [7, 5],
] as const;

describe("inflation", () => {
  it("of {5,4} and {4,5} as published", () => {
    expect(inflationRule(5, 4)).toMatchObject({
      a: "abaab",
      b: "ab",
      matrix: [
        [3, 2],
        [1, 1],
      ],
    });
    expect(inflationRule(4, 5)).toMatchObject({
      a: "babab",
      b: "bab",
      matrix: [
        [2, 3],
        [1, 2],
      ],
    });
  });
  it.each(tilings)("{%i,%i}: determinant 1, growth of the vertex layers", (p, q) => {
    const { matrix, growth } = inflationRule(p, q);
    const [[s, t], [u, v]] = matrix;
    expect(s * v - t * u).toBe(1);
    expect(s + v).toBe((p - 2) * (q - 2) - 2);
    const layers = planLayers(p, q, 9, "vertex", "cell");
    expect(layers[8]! / layers[7]!).toBeCloseTo(growth, 5);
  });
  it.each(tilings)("{%i,%i}: letters count the cells of the next layer", (p, q) => {
    const layers = planLayers(p, q, 6, "vertex", "cell");
    for (let n = 1; n <= 5; n++) {
      const { a, b } = countLetters(boundaryWord(p, q, n));
      expect(a * (q - 2) + b * (q - 3)).toBe(layers[n]);
    }
  });
  it.each([
    [5, 4, 3],
    [4, 5, 3],
    [6, 4, 2],
    [5, 5, 2],
  ])("{%i,%i}: the word is the boundary of a built tiling", (p, q, layers) => {
    const placement = placeCells(buildTiling(p, q, layers, { by: "vertex" }));
    // vertices by place; those where fewer than q cells meet lie on the boundary
    const vertices = new Map<string, { angle: number; meeting: number }>();
    for (let c = 0; c < placement.tiling.cells; c++)
      for (const { x, y } of verticesOf(placement, c)) {
        const key = `${Math.round(x * 1e6)},${Math.round(y * 1e6)}`
          .replaceAll("-0,", "0,")
          .replace(/,-0$/, ",0");
        const known = vertices.get(key);
        if (known) known.meeting++;
        else vertices.set(key, { angle: Math.atan2(y, x), meeting: 1 });
      }
    const ring = [...vertices.values()]
      .filter(({ meeting }) => meeting < q)
      .sort((a, b) => a.angle - b.angle)
      .map(({ meeting }) => (meeting === 1 ? "a" : "b"))
      .join("");
    const word = boundaryWord(p, q, layers);
    expect(ring.length).toBe(word.length);
    const isRotation = `${ring}${ring}`.includes(word);
    const isMirrored = `${ring}${ring}`.includes([...word].reverse().join(""));
    expect(isRotation || isMirrored).toBe(true);
  });
  it("refuses triangles, flat tilings, other letters and giant words", () => {
    expect(() => inflationRule(7, 3)).toThrow(/q = 3, expected p and q of at least 4/);
    expect(() => inflationRule(3, 7)).toThrow(/p = 3/);
    expect(() => inflationRule(4, 4)).toThrow(/euclidean/);
    expect(() => inflate(inflationRule(5, 4), "abc", 1)).toThrow(/letters a and b/);
    expect(() => inflate(inflationRule(5, 4), "a", 50)).toThrow(/more than 16777216 letters/);
    expect(() => boundaryWord(5, 4, 0)).toThrow(/0 layers/);
  });
});

describe("free fermions", () => {
  it.each([
    ["open", false],
    ["closed", true],
  ])(
    "%s chains of 6 and 8 sites: energy and every interval as exact diagonalisation of the spins",
    (_, closed) => {
      for (const sites of [6, 8]) {
        const couplings = sampleCouplings(closed ? sites : sites - 1, 1, createStream(sites));
        const spins = spinChain(couplings, closed, (a) => kernels.eigenSymmetric(a));
        const state = solveChain(couplings, closed, kernels);
        expect(state.energy).toBeCloseTo(spins.energy / sites, 12);
        for (let start = 0; start < sites; start++)
          for (let length = 1; length < (closed ? sites : sites - start + 1); length++)
            if (length < sites)
              expect(entanglementEntropy(state, start, length, kernels)).toBeCloseTo(
                spins.entropy(start, length),
                9,
              );
      }
    },
  );
  it("the uniform ring: energy -1/(N sin(pi/N)), central charge 1", () => {
    for (const sites of [64, 66]) {
      const ring = solveChain(new Float64Array(sites).fill(1), true, kernels);
      expect(ring.energy).toBeCloseTo(-1 / (sites * Math.sin(Math.PI / sites)), 12);
    }
    const ring = solveChain(new Float64Array(256).fill(1), true, kernels);
    const points = measureEntanglement(ring, kernels, { lengths: chooseLengths(128), positions: 1 });
    const { value } = fitCentralCharge(points, { ring: 256, from: 12 });
    expect(Math.abs(value - 1)).toBeLessThan(0.001);
    // the constant of Jin and Korepin (2004): 0.726067 for the XX chain
    const { entropy, length } = points.at(-1)!;
    const chord = (256 / Math.PI) * Math.sin((Math.PI * length) / 256);
    expect(entropy - Math.log(chord) / 3).toBeCloseTo(0.726067, 3);
  });
  it("an open uniform chain cut once: c / 6", () => {
    const points = [64, 128, 256, 512].map((sites) => ({
      length: sites,
      entropy: entanglementEntropy(
        solveChain(new Float64Array(sites - 1).fill(1), false, kernels),
        0,
        sites / 2,
        kernels,
      ),
      intervals: 1,
    }));
    expect(2 * fitCentralCharge(points, { from: 64 }).value).toBeCloseTo(1, 1);
  });
  it("an interval and the rest of a ring share their entropy", () => {
    const ring = solveChain(sampleCouplings(30, 2, createStream(5)), true, kernels);
    expect(entanglementEntropy(ring, 7, 11, kernels)).toBeCloseTo(
      entanglementEntropy(ring, 18, 19, kernels),
      9,
    );
  });
  it("refuses odd chains, signs and intervals outside", () => {
    expect(() => solveChain([1, 1], false, kernels)).toThrow(/3 sites, expected an even number/);
    expect(() => solveChain([1, -1, 1], false, kernels)).toThrow(/coupling -1/);
    const state = solveChain([1, 1, 1], false, kernels);
    expect(() => entanglementEntropy(state, 3, 2, kernels)).toThrow(/2 sites from 3/);
    expect(() => entanglementEntropy(state, 0, 4, kernels)).toThrow(/4 sites from 0/);
    expect(() => solveChain(new Float64Array(5000).fill(1), true, kernels)).toThrow(/at most 4096/);
    expect(() => measureEntanglement(state, kernels, { lengths: [3] })).toThrow(/length of 3/);
  });
});

describe("strong disorder", () => {
  it("is exact for dimers, and pairs every spin with a non-crossing partner", () => {
    const { partner, ties } = solveStrongDisorder(sampleCouplings(200, 1, createStream(2)), true);
    expect(ties).toBe(0);
    partner.forEach((j, i) => {
      expect(partner[j]).toBe(i);
      expect((i + j) % 2).toBe(1);
      // no singlet leads out of the span of another
      for (let k = Math.min(i, j) + 1; k < Math.max(i, j); k++) {
        expect(partner[k]!).toBeGreaterThan(Math.min(i, j));
        expect(partner[k]!).toBeLessThan(Math.max(i, j));
      }
    });
  });
  it("counts cut singlets as a direct count does", () => {
    const state = solveStrongDisorder(sampleCouplings(60, 1, createStream(7)), true);
    for (const length of [1, 2, 7, 30]) {
      let cuts = 0;
      for (let start = 0; start < 60; start++) {
        const inside = new Set(Array.from({ length }, (_, k) => (start + k) % 60));
        for (const i of inside) if (!inside.has(state.partner[i]!)) cuts++;
      }
      expect(singletEntropy(state, length)).toBeCloseTo((Math.LN2 * cuts) / 60, 12);
    }
    expect(() => singletEntropy(state, 31)).toThrow(/length of 31/);
    expect(() => solveStrongDisorder([1, 1], false)).toThrow(/3 sites/);
  });
  it("the random chain tends to c_eff = log 2 from above", () => {
    const lengths = chooseLengths(200);
    const states = [1, 2, 3].map((seed) =>
      solveStrongDisorder(sampleCouplings(100_000, 1, createStream(seed)), true),
    );
    const mean = lengths.map((length) => ({
      length,
      entropy: states.reduce((sum, state) => sum + singletEntropy(state, length) / 3, 0),
      intervals: 300_000,
    }));
    const [near, far] = [fitCentralCharge(mean, { to: 32 }), fitCentralCharge(mean, { from: 16 })];
    expect(near.value).toBeGreaterThan(far.value);
    // short singlets are more frequent than their law; statistics add 0.01
    expect(Math.abs(far.value - Math.LN2)).toBeLessThan(0.035);
  });
  it("agrees with free fermions on the same random chains", () => {
    const lengths = chooseLengths(32);
    const stream = createStream(4);
    const sums = lengths.map(() => [0, 0] as [number, number]);
    for (let k = 0; k < 30; k++) {
      const couplings = sampleCouplings(128, 3, stream);
      const fermions = measureEntanglement(solveChain(couplings, true, kernels), kernels, {
        lengths,
        positions: 32,
      });
      const singlets = measureSinglets(solveStrongDisorder(couplings, true), lengths);
      sums.forEach((sum, i) => {
        sum[0] += fermions[i]!.entropy / 30;
        sum[1] += singlets[i]!.entropy / 30;
      });
    }
    // bonds of like strength, which singlets cannot describe, add a constant but no logarithm
    const chargeOf = (which: 0 | 1) =>
      fitCentralCharge(lengths.map((length, i) => ({ length, entropy: sums[i]![which], intervals: 1 })));
    expect(Math.abs(chargeOf(0).value - chargeOf(1).value)).toBeLessThan(0.1);
    expect(chargeOf(0).value).toBeLessThan(0.9);
  });
});

describe("aperiodic chains", () => {
  const word = inflate(inflationRule(5, 4), "a", 5);
  const couplings = (a: number, b: number, sites: number) =>
    lettersToCouplings(word.slice(0, sites - 1), { a, b });

  it("of {5,4}: strong modulation follows the singlets, weak modulation stays near the uniform chain", () => {
    const lengths = chooseLengths(64);
    const J = couplings(0.01, 1, 512);
    const singlets = solveStrongDisorder(J, false);
    expect(singlets.ties).toBeLessThan(3);
    const expected = fitCentralCharge(measureSinglets(singlets, lengths)).value;
    const measure = (J: Float64Array) =>
      fitCentralCharge(
        measureEntanglement(solveChain(J, false, kernels), kernels, { lengths, positions: 64 }),
      ).value;
    const strong = measure(J);
    expect(Math.abs(strong - expected)).toBeLessThan(0.1);
    const weak = measure(couplings(0.8, 1, 512));
    expect(Math.abs(weak - 1)).toBeLessThan(0.05);
    expect(strong).toBeLessThan(0.9);
  });
  it("singlets of {5,4} are self-similar: the entropy grows alike over every period of the inflation", () => {
    const long = inflate(inflationRule(5, 4), "a", 9);
    const sites = long.length - (long.length % 2);
    const state = solveStrongDisorder(lettersToCouplings(long.slice(0, sites - 1), { a: 0.1, b: 1 }), false);
    const { growth } = inflationRule(5, 4);
    const steps = [1, 2, 3].map((k) => {
      const [from, to] = [k, k + 2].map((n) => singletEntropy(state, Math.round(20 * growth ** n)));
      return (3 * (to! - from!)) / (2 * Math.log(growth));
    });
    for (const c of steps) expect(Math.abs(c - steps[0]!)).toBeLessThan(0.02);
    expect(fitCentralCharge(measureSinglets(state, chooseLengths(4000)), { from: 20 }).value).toBeCloseTo(
      steps[0]!,
      1,
    );
  });
  it("refuses other letters and too few lengths", () => {
    expect(() => lettersToCouplings("abc", { a: 1, b: 1 })).toThrow(/letters a and b/);
    expect(() => lettersToCouplings("ab", { a: 0, b: 1 })).toThrow(/coupling 0/);
    expect(() => sampleCouplings(0, 1, createStream(1))).toThrow(/0 bonds/);
    expect(() => sampleCouplings(4, -1, createStream(1))).toThrow(/disorder -1/);
    expect(() => fitCentralCharge([{ length: 4, entropy: 1, intervals: 1 }])).toThrow(/received 1 lengths/);
  });
});
