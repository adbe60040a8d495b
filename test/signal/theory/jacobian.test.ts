import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import {
  createStream,
  factorQr,
  type Matrix,
  multiplyMatrices,
  transposeMatrix,
} from "../../../src/numerics/index.ts";
import {
  averageMoments,
  fussCatalanDensity,
  judgeIsometry,
  predictJacobian,
  predictJacobianDensity,
  type WeightEnsemble,
} from "../../../src/signal/index.ts";
import table from "../../fixtures/signal-jacobian.json" with { type: "json" };

describe("Jacobian moments", () => {
  it("slope moments of tanh", () => {
    for (const { q, mu1, spread } of table.slopes) {
      const { slopeSquare, slopeFourth } = averageMoments(resolveActivation("tanh"), q);
      expect(Math.abs(slopeSquare - mu1)).toBeLessThan(1e-8);
      expect(Math.abs(slopeFourth / slopeSquare ** 2 - spread)).toBeLessThan(1e-8);
    }
  });

  for (const row of table.measured) {
    it(`${row.activation} ${row.ensemble}: relative variance at depth 10 against simulation`, () => {
      const moments = predictJacobian(resolveActivation(row.activation), {
        ...row,
        ensemble: row.ensemble as WeightEnsemble,
        depth: 10,
      });
      const difference = Math.abs(moments.relativeVariance.value - row.relativeVariance);
      expect(difference).toBeLessThanOrEqual(table.tolerance * row.relativeVariance);
      expect(moments.mean.value).toBeCloseTo(1, 6);
    });
  }

  it("largest squared singular value of a linear Gaussian network", () => {
    const { largest } = predictJacobian(resolveActivation("linear"), {
      sigmaW2: 1,
      q: 1,
      depth: 10,
      ensemble: "gaussian",
    });
    expect(Math.abs((largest?.value ?? 0) - table.largestLinear.value)).toBeLessThan(1e-4);
  });

  it("agrees with products of random matrices", () => {
    const n = 100;
    const depth = 3;
    const stream = createStream(11);
    const random = (): Matrix => {
      const data = new Float64Array(n * n);
      for (let i = 0; i < data.length; i++) data[i] = stream.normal();
      return { rows: n, cols: n, data };
    };
    for (const ensemble of ["gaussian", "orthogonal"] as const) {
      for (const name of ["tanh", "relu"]) {
        const activation = resolveActivation(name);
        const options = { sigmaW2: 1.5, q: 0.8, depth, ensemble };
        let [m1, m2] = [0, 0];
        const draws = 6;
        for (let draw = 0; draw < draws; draw++) {
          let jacobian: Matrix | null = null;
          for (let l = 0; l < depth; l++) {
            const base = ensemble === "gaussian" ? random() : factorQr(random()).q;
            const scale = Math.sqrt(options.sigmaW2 / (ensemble === "gaussian" ? n : 1));
            const slopes = Float64Array.from({ length: n }, () =>
              activation.derivative(Math.sqrt(options.q) * stream.normal()),
            );
            const data = base.data.map((value, i) => value * scale * (slopes[Math.floor(i / n)] as number));
            const layer: Matrix = { rows: n, cols: n, data };
            jacobian = jacobian === null ? layer : multiplyMatrices(layer, jacobian);
          }
          if (jacobian === null) throw new Error("internal: no layers");
          const gram = multiplyMatrices(jacobian, transposeMatrix(jacobian));
          for (let i = 0; i < n; i++) m1 += (gram.data[i * n + i] as number) / (n * draws);
          for (const value of gram.data) m2 += (value * value) / (n * draws);
        }
        const predicted = predictJacobian(activation, options);
        // Counts of open units fluctuate by 1/sqrt(n) per layer: 7 % of the mean over 6 draws.
        expect(Math.abs(m1 / predicted.mean.value - 1)).toBeLessThan(0.2);
        expect(Math.abs((m2 / (m1 * m1) - 1) / predicted.relativeVariance.value - 1)).toBeLessThan(0.15);
      }
    }
  });
});

describe("dynamical isometry", () => {
  it("needs orthogonal weights and slopes that become equal", () => {
    for (const [name, ensemble, expected] of [
      ["tanh", "orthogonal", true],
      ["erf", "orthogonal", true],
      ["hard-tanh", "orthogonal", true],
      ["linear", "orthogonal", true],
      ["relu", "orthogonal", false],
      ["sigmoid", "orthogonal", false],
      ["tanh", "gaussian", false],
    ] as const) {
      expect([name, judgeIsometry(resolveActivation(name), ensemble).isReachable]).toEqual([name, expected]);
    }
  });
});

describe("density of squared singular values", () => {
  it("Fuss-Catalan: normalisation, mean and variance L", () => {
    for (const depth of [1, 2, 5]) {
      const edge = (depth + 1) * (1 + 1 / depth) ** depth;
      let [mass, mean, square] = [0, 0, 0];
      const n = 4000;
      for (let i = 0; i < n; i++) {
        const t = (i + 0.5) / n;
        const power = 2 * (depth + 1);
        const lambda = edge * t ** power;
        const weight = (fussCatalanDensity(lambda, depth) * edge * power * t ** (power - 1)) / n;
        mass += weight;
        mean += weight * lambda;
        square += weight * lambda * lambda;
      }
      expect(mass).toBeCloseTo(1, 4);
      expect(mean).toBeCloseTo(1, 4);
      expect(square - mean * mean).toBeCloseTo(depth, 3);
    }
    expect(fussCatalanDensity(1, 1)).toBeCloseTo(Math.sqrt(3) / (2 * Math.PI), 12);
    expect(fussCatalanDensity(4.01, 1)).toBe(0);
  });

  it("S-transform of a linear Gaussian network gives Fuss-Catalan", () => {
    for (const depth of [1, 4]) {
      const lambda = [0.01, 0.3, 1, 3];
      const options = { sigmaW2: 1, q: 1, depth, ensemble: "gaussian" } as const;
      const { density } = predictJacobianDensity(resolveActivation("linear"), options, lambda);
      lambda.forEach((x, i) => {
        expect(Math.abs((density[i] as number) / fussCatalanDensity(x, depth) - 1)).toBeLessThan(1e-6);
      });
    }
  });

  it("moments of the density are those of predictJacobian", () => {
    for (const [name, ensemble, q, sigmaW2] of [
      ["tanh", "orthogonal", 0.57004788, 1.76095464],
      ["relu", "gaussian", 1, 2],
    ] as const) {
      const options = { sigmaW2, q, depth: 3, ensemble };
      const n = 160;
      const lambda = Array.from({ length: n }, (_, i) => 1e-4 * 1e6 ** ((i + 0.5) / n));
      const { density, zeroWeight } = predictJacobianDensity(resolveActivation(name), options, lambda);
      let [mean, square] = [0, 0];
      lambda.forEach((x, i) => {
        const weight = ((density[i] as number) * x * Math.log(1e6)) / n;
        mean += weight * x;
        square += weight * x * x;
      });
      const moments = predictJacobian(resolveActivation(name), options);
      expect(mean).toBeCloseTo(moments.mean.value, 1);
      expect((square / mean ** 2 - 1) / moments.relativeVariance.value).toBeCloseTo(1, 1);
      expect(zeroWeight).toBeCloseTo(name === "relu" ? 0.5 : 0, 12);
    }
  });
});
