import { beforeAll, describe, expect, it } from "vitest";
import {
  decimateChain,
  decimateSquare,
  followDecimation,
  MARIS_KADANOFF,
  MIGDAL_KADANOFF,
  measureLayerRelativeEntropy,
  predictLayerRelativeEntropy,
  relativeEntropyOfChains,
  relativeEntropyOfGaussians,
  relativeEntropyOfSquares,
  solveSquareFixedPoint,
} from "../../../src/flow/decimation/index.ts";
import { entropyOf, measureGram } from "../../../src/flow/spectra/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { parseNetwork, resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { measureSignal, type SignalMeasurement } from "../../../src/signal/index.ts";
import table from "../../fixtures/flow-decimation.json" with { type: "json" };

/** Half a unit of the eighth decimal, and rounding of the printed value. */
const decimals8 = 6e-9;

describe("the chain", () => {
  it.each(table.chain)(
    "has the tabulated relative entropies from K = $coupling",
    ({ coupling, forward, limit }) => {
      const flow = followDecimation("chain", coupling, forward.length - 1);
      forward.forEach((value, n) => {
        expect(Math.abs((flow.forward[n] as number) - value)).toBeLessThan(decimals8);
      });
      expect(Math.abs(flow.limits.forward - limit)).toBeLessThan(decimals8);
      expect(flow.limitCoupling).toBe(0);
      const far = followDecimation("chain", coupling, 60);
      expect(far.forward[60]).toBeCloseTo(flow.limits.forward, 12);
      for (let n = 1; n <= 60; n++)
        expect(far.forward[n]).toBeGreaterThanOrEqual(far.forward[n - 1] as number);
    },
  );

  it("decimates by any factor, in one go or in steps, at every temperature and sign", () => {
    for (const K of [1e-6, 0.01, 0.3, 1, 4, 15]) {
      const twice = decimateChain(decimateChain(K));
      expect(twice / decimateChain(K, 4)).toBeCloseTo(1, 12);
      expect(Math.tanh(decimateChain(K, 3))).toBeCloseTo(Math.tanh(K) ** 3, 14);
    }
    // deep in the ordered chain K' = K - log(b)/2
    expect(decimateChain(15)).toBeCloseTo(15 - Math.LN2 / 2, 10);
    expect(decimateChain(-0.7)).toBe(decimateChain(0.7));
    expect(decimateChain(-0.7, 3)).toBe(-decimateChain(0.7, 3));
    expect(() => decimateChain(1, 1)).toThrow(/factor 1/);
    expect(() => decimateChain(Number.NaN)).toThrow(/coupling NaN/);
  });
});

/** Energies sum s_i s_(i+1) of all states of a ring, and their Boltzmann weights. */
function ring(n: number, K: number): Float64Array {
  const weights = new Float64Array(2 ** n);
  for (let state = 0; state < weights.length; state++) {
    let bonds = 0;
    for (let i = 0; i < n; i++) bonds += ((state >> i) & 1) === ((state >> ((i + 1) % n)) & 1) ? 1 : -1;
    weights[state] = Math.exp(K * bonds);
  }
  const Z = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / Z);
}

describe("the chain against enumeration", () => {
  it.each([
    [8, 0.7],
    [12, 1.3],
  ])(
    "the visible layer of a ring of %i spins with hidden layer traced out is a ring at K' (K = %f)",
    (n, K) => {
      // a ring is bipartite: even spins are the visible, odd spins the hidden units of a restricted Boltzmann machine
      const full = ring(n, K);
      const visible = new Float64Array(2 ** (n / 2));
      full.forEach((p, state) => {
        let even = 0;
        for (let i = 0; i < n / 2; i++) even |= ((state >> (2 * i)) & 1) << i;
        visible[even] = (visible[even] as number) + p;
      });
      const expected = ring(n / 2, decimateChain(K));
      visible.forEach((p, state) => {
        expect(Math.abs(p - (expected[state] as number))).toBeLessThan(1e-14);
      });
    },
  );

  it("relative entropies of rings are those of the transfer matrix, and approach the infinite chain", () => {
    const [K0, K1] = [0.8, decimateChain(0.8)];
    for (const n of [5, 8, 14]) {
      const [p, q] = [ring(n, K0), ring(n, K1)];
      const distance = p.reduce((sum, x, state) => sum + x * Math.log(x / (q[state] as number)), 0) / n;
      const v = Math.tanh(K0);
      const wound = (K: number) => Math.log1p(Math.tanh(K) ** n) / n;
      const bond = (v + v ** (n - 1)) / (1 + v ** n);
      const correction = (K0 - K1) * (bond - v) - wound(K0) + wound(K1);
      expect(distance).toBeCloseTo(relativeEntropyOfChains(K0, K1) + correction, 13);
      expect(Math.abs(correction)).toBeLessThan(v ** n);
    }
  });

  it("sampled chains, every second spin kept, show the correlation of K' step by step", () => {
    const K = 1.1;
    const n = 2 ** 16;
    const stream = createStream(4);
    // a free chain is drawn bond by bond
    let spins = new Int8Array(n);
    let spin = 1;
    for (let i = 0; i < n; i++) {
      if (stream.uniform() * (1 + Math.exp(-2 * K)) > 1) spin = -spin;
      spins[i] = spin;
    }
    let coupling = K;
    for (let step = 0; step < 4; step++) {
      let sum = 0;
      for (let i = 1; i < spins.length; i++) sum += (spins[i] as number) * (spins[i - 1] as number);
      const mean = sum / (spins.length - 1);
      const exact = Math.tanh(coupling);
      const error = Math.sqrt((1 - exact ** 2) / (spins.length - 1));
      expect(Math.abs(mean - exact)).toBeLessThan(3 * error);
      spins = spins.filter((_, i) => i % 2 === 0);
      coupling = decimateChain(coupling);
    }
  });
});

/** All states of a bipartite model of v visible and h hidden spins: exp(sum a v + sum b h + v W h). */
function boltzmannMachine(W: readonly (readonly number[])[], a: readonly number[], b: readonly number[]) {
  const states = (n: number) =>
    Array.from({ length: 2 ** n }, (_, s) => Array.from({ length: n }, (_, i) => ((s >> i) & 1 ? 1 : -1)));
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  const visible = states(a.length);
  const hidden = states(b.length);
  const field = visible.map((v) =>
    b.map((bj, j) => bj + v.reduce((sum, vi, i) => sum + vi * ((W[i] as number[])[j] as number), 0)),
  );
  const weights = visible.map((v, s) =>
    hidden.map((h) => Math.exp(dot(a, v) + dot(field[s] as number[], h))),
  );
  return { visible, hidden, field, weights };
}

describe("a layer pair as a restricted Boltzmann machine, enumerated", () => {
  const stream = createStream(12);
  const [v, h] = [9, 7];
  const W = Array.from({ length: v }, () =>
    Array.from({ length: h }, () => (1.3 * stream.normal()) / Math.sqrt(v)),
  );
  const [a, b] = [v, h].map((n) => Array.from({ length: n }, () => 0.2 * stream.normal())) as [
    number[],
    number[],
  ];
  const { visible, hidden, field, weights } = boltzmannMachine(W, a, b);

  it("hidden magnetisations given the visible layer are tanh of the pre-activations", () => {
    visible.forEach((_, s) => {
      const row = weights[s] as number[];
      const total = row.reduce((x, y) => x + y, 0);
      for (let j = 0; j < h; j++) {
        const mean = row.reduce((sum, w, k) => sum + w * ((hidden[k] as number[])[j] as number), 0) / total;
        expect(Math.abs(mean - Math.tanh((field[s] as number[])[j] as number))).toBeLessThan(1e-12);
      }
    });
  });

  it("tracing out the hidden layer leaves exp(a v) prod 2 cosh(field)", () => {
    visible.forEach((spins, s) => {
      const traced = (weights[s] as number[]).reduce((x, y) => x + y, 0);
      const formula = (field[s] as number[]).reduce(
        (product, x) => product * 2 * Math.cosh(x),
        Math.exp(a.reduce((sum, ai, i) => sum + ai * (spins[i] as number), 0)),
      );
      expect(traced / formula).toBeCloseTo(1, 12);
    });
  });
});

describe("thermal entropy beside Gram entropy, enumerated", () => {
  it("a colder machine freezes while its hidden layer tells more visible states apart", async () => {
    const kernels = await loadKernels();
    const stream = createStream(31);
    const [v, h] = [8, 8];
    const unit = Array.from({ length: v }, () =>
      Array.from({ length: h }, () => stream.normal() / Math.sqrt(v)),
    );
    const b = Array.from({ length: h }, () => 0.5 * stream.normal());
    const points = [0.05, 0.3, 1, 3, 10].map((sigmaW2) => {
      const W = unit.map((row) => row.map((w) => Math.sqrt(sigmaW2) * w));
      const { weights, field } = boltzmannMachine(W, new Array(v).fill(0), b);
      const Z = weights.flat().reduce((sum, w) => sum + w, 0);
      const thermal = -weights.flat().reduce((sum, w) => sum + (w / Z) * Math.log(w / Z), 0);
      const data = Float64Array.from(field.flat(), Math.tanh);
      const batch = { rows: field.length, cols: h, data };
      return { thermal, gram: entropyOf(measureGram(batch, { kernels, centring: "none" })) };
    });
    for (let k = 1; k < points.length; k++) {
      const [before, after] = [points[k - 1], points[k]] as [(typeof points)[0], (typeof points)[0]];
      expect(after.thermal).toBeLessThan(before.thermal);
      expect(after.gram).toBeGreaterThan(before.gram);
    }
    expect(points[0]?.thermal).toBeGreaterThan(0.9 * (v + h) * Math.LN2);
    expect(points[0]?.gram).toBeLessThan(0.15);
  });
});

describe("the square lattice", () => {
  it.each([MIGDAL_KADANOFF, MARIS_KADANOFF])("has the tabulated fixed point: $name", (map) => {
    const fixed = solveSquareFixedPoint(map);
    expect(Math.abs(fixed.coupling - table.fixedPoints[map.name])).toBeLessThan(6e-11);
    expect(decimateSquare(fixed.coupling, map)).toBeCloseTo(fixed.coupling, 13);
    // published: y_T = 0.747 (Migdal-Kadanoff) and nu = 0.93 (Maris and Kadanoff 1978); exactly 1
    expect(fixed.thermalExponent).toBeCloseTo(map === MIGDAL_KADANOFF ? 0.747 : 1.07, 2);
    const slope =
      (decimateSquare(fixed.coupling + 1e-5, map) - decimateSquare(fixed.coupling - 1e-5, map)) / 2e-5;
    expect(fixed.eigenvalue).toBeCloseTo(slope, 8);
  });

  it("flows to order above and to disorder below, away from the start monotonically", () => {
    for (const model of ["migdal-kadanoff", "maris-kadanoff"] as const) {
      const K = table.fixedPoints[model];
      const below = followDecimation(model, 0.9 * K, 40);
      const above = followDecimation(model, 1.1 * K, 40);
      expect(below.limitCoupling).toBe(0);
      expect(above.limitCoupling).toBe(Number.POSITIVE_INFINITY);
      expect(below.forward[40]).toBeCloseTo(below.limits.forward, 12);
      expect(above.limits.forward).toBe(Number.POSITIVE_INFINITY);
      expect(above.reverse[40]).toBeCloseTo(above.limits.reverse, 10);
      for (const { forward, reverse } of [below, above])
        for (const curve of [forward, reverse])
          for (let n = 1; n <= 40; n++)
            expect(curve[n]).toBeGreaterThanOrEqual((curve[n - 1] as number) - 1e-12);
      expect(below.criticalCoupling).toBeCloseTo(table.exactCritical, 9);
    }
  });

  it("relative entropies are those of Onsager: derivative zero at K0, curvature the heat capacity over K^2", () => {
    const [K, step] = [0.35, 1e-3];
    const [up, down] = [K + step, K - step].map((other) => relativeEntropyOfSquares(K, other)) as [
      number,
      number,
    ];
    expect(relativeEntropyOfSquares(K, K)).toBeLessThan(1e-14);
    // d^2 log z / dK^2 at K = 0.35 from the energy: numerical derivative of -u
    const bonds = (at: number) => (relativeEntropyOfSquares(at, 0) - relativeEntropyOfSquares(at, 0.1)) / 0.1;
    expect(Math.abs(up - down)).toBeLessThan(0.02 * up);
    const slope = (bonds(K + step) - bonds(K - step)) / (2 * step);
    expect((up + down) / step ** 2 / slope).toBeCloseTo(1, 4);
  });

  it("joins the series at weak coupling and the ground state at strong coupling", () => {
    expect(relativeEntropyOfSquares(0.0009999, 0.3)).toBeCloseTo(relativeEntropyOfSquares(0.0010001, 0.3), 6);
    expect(relativeEntropyOfSquares(0.4, 9.9999) - relativeEntropyOfSquares(0.4, 10.0001)).toBeCloseTo(
      -0.0002 * (2 - 1.1057),
      5,
    );
    // free spins judge the critical model: log 2 minus its entropy log(2)/2 + 2 G/pi - sqrt 2 Kc, G Catalan's constant
    const entropy = Math.LN2 / 2 + (2 * 0.915965594177219) / Math.PI - Math.SQRT2 * 0.440686793509772;
    expect(relativeEntropyOfSquares(0.440686793509772, 0)).toBeCloseTo(Math.LN2 - entropy, 10);
    expect(() => relativeEntropyOfSquares(-0.1, 1)).toThrow(/couplings -0.1 and 1/);
  });

  it("enumerated tori approach it", () => {
    // 4 x 4 torus at high temperature: corrections are winding loops, K^4
    const n = 4;
    const [K0, K1] = [0.1, 0.05];
    const weigh = (K: number) => {
      const p = new Float64Array(2 ** 16);
      for (let state = 0; state < p.length; state++) {
        let bonds = 0;
        for (let i = 0; i < 16; i++) {
          const [x, y] = [i % n, Math.floor(i / n)];
          for (const j of [((x + 1) % n) + n * y, x + n * ((y + 1) % n)])
            bonds += ((state >> i) & 1) === ((state >> j) & 1) ? 1 : -1;
        }
        p[state] = Math.exp(K * bonds);
      }
      const Z = p.reduce((s, x) => s + x, 0);
      return p.map((x) => x / Z);
    };
    const [p, q] = [weigh(K0), weigh(K1)];
    const distance = p.reduce((sum, x, state) => sum + x * Math.log(x / (q[state] as number)), 0) / 16;
    expect(distance / relativeEntropyOfSquares(K0, K1)).toBeCloseTo(1, 1);
    expect(Math.abs(distance - relativeEntropyOfSquares(K0, K1))).toBeLessThan(8 * K0 ** 4);
  });
});

describe("impossible flows", () => {
  it("are refused", () => {
    expect(() => followDecimation("chain", 0, 3)).toThrow(/coupling 0, expected a number above 0/);
    expect(() => followDecimation("chain", 1, -1)).toThrow(/-1 steps/);
    expect(() => followDecimation("cube" as "chain", 1, 2)).toThrow(/"cube", expected chain, migdal/);
  });
});

describe("layers of a random network", () => {
  const tanh = resolveActivation("tanh");
  it("rise to the limit of q* without a trace of the critical line", () => {
    const limits = [1.2, 1.5, 1.7, 1.76095464, 1.8, 2, 2.5].map((sigmaW2) => {
      const flow = predictLayerRelativeEntropy(tanh, { sigmaW2, sigmaB2: 0.05 }, { depth: 60 });
      for (let l = 1; l < 60; l++)
        expect(flow.forward[l]).toBeGreaterThanOrEqual(flow.forward[l - 1] as number);
      expect(flow.forward[59]).toBeCloseTo(flow.limits.forward, 6);
      return flow.limits.forward;
    });
    for (let k = 1; k < limits.length; k++) expect(limits[k]).toBeLessThan(limits[k - 1] as number);
    // smooth through the critical point 1.761: second difference of the limits on an even grid
    const even = [1.66, 1.71, 1.76, 1.81, 1.86].map(
      (sigmaW2) => predictLayerRelativeEntropy(tanh, { sigmaW2, sigmaB2: 0.05 }, { depth: 2 }).limits.forward,
    ) as [number, number, number, number, number];
    const bend = [0, 1, 2].map(
      (k) => (even[k] as number) - 2 * (even[k + 1] as number) + (even[k + 2] as number),
    );
    expect(Math.max(...bend) / Math.min(...bend)).toBeLessThan(1.3);
  });

  it("a variance without limit has none", () => {
    const relu = resolveActivation("relu");
    const flow = predictLayerRelativeEntropy(relu, { sigmaW2: 1, sigmaB2: 0 }, { depth: 3 });
    expect(flow.limits.forward).toBeNaN();
    expect(flow.forward[1]).toBeCloseTo(relativeEntropyOfGaussians(1, 0.5), 14);
    expect(() => relativeEntropyOfGaussians(1, 0)).toThrow(/variances 1 and 0/);
  });

  describe("measured", () => {
    let measured: SignalMeasurement;
    beforeAll(async () => {
      const inputs = new Float32Array(64 * 200);
      createStream(1).fillNormal(inputs);
      const spec = parseNetwork("200-400x12-10 tanh sw2=1.5 sb2=0.05");
      measured = await measureSignal(spec, { inputs, count: 64, shape: [200] }, createStream(2), {
        seeds: 4,
        weightGradients: false,
      });
    });
    it("agree with theory within errors of the finite width", () => {
      const hidden = measured.layers.slice(0, 12).map(({ q }) => q);
      const theory = predictLayerRelativeEntropy(
        tanh,
        { sigmaW2: 1.5, sigmaB2: 0.05 },
        {
          depth: 12,
          secondMoment: measured.input.q.value,
        },
      );
      measureLayerRelativeEntropy(hidden).forEach(({ value, stderr }, l) => {
        expect(Math.abs(value - (theory.forward[l] as number))).toBeLessThan(4 * (stderr as number) + 0.002);
      });
    });
  });
});
