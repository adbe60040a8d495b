import { describe, expect, it } from "vitest";
import {
  collapsedPosterior,
  estimateFromChains,
  runHamiltonianChain,
  samplePosterior,
  solveEffectiveAction,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();
const network = (name: string, width: number, temperature: number) => ({
  activation: resolveActivation(name),
  width,
  temperature,
  weightPrecision: 1,
  readoutPrecision: 1,
});

describe("Hamiltonian Monte Carlo", () => {
  it("samples a Gaussian with unequal scales", () => {
    const scales = [0.5, 1, 3];
    const potential = {
      dimension: 3,
      evaluate: (x: Float64Array, gradient: Float64Array): number => {
        let energy = 0;
        x.forEach((value, i) => {
          const precision = 1 / (scales[i] as number) ** 2;
          gradient[i] = value * precision;
          energy += 0.5 * value * value * precision;
        });
        return energy;
      },
    };
    const chains = [1, 2].map((seed) => {
      const states: Float64Array[] = [];
      const report = runHamiltonianChain(
        potential,
        Float64Array.of(5, -5, 5),
        { stream: createStream(seed), samples: 1000, burnIn: 300 },
        (state) => states.push(state.slice()),
      );
      expect(report.acceptance).toBeGreaterThan(0.6);
      expect(report.energyFraction).toBeGreaterThan(0.3);
      expect(report.divergences).toBe(0);
      return states;
    });
    scales.forEach((scale, i) => {
      const squares = chains.map((states) => Float64Array.from(states, (state) => (state[i] as number) ** 2));
      const { value, stderr, rHat } = estimateFromChains(squares, "test");
      expect(Math.abs(value - scale ** 2)).toBeLessThan(4 * (stderr as number));
      expect(rHat).toBeLessThan(1.05);
    });
  });

  it("is exact with the Metropolis test, and off by the known amount without", () => {
    const oscillator = {
      dimension: 20,
      evaluate: (x: Float64Array, gradient: Float64Array): number => {
        gradient.set(x);
        return x.reduce((sum, value) => sum + value * value, 0) / 2;
      },
    };
    const squareOf = (correction: "metropolis" | "none"): number => {
      let [sum, count] = [0, 0];
      runHamiltonianChain(
        oscillator,
        new Float64Array(20),
        {
          stream: createStream(5),
          samples: 6000,
          burnIn: 0,
          leapfrogs: 1,
          persistence: 0.6,
          step: 0.8,
          correction,
        },
        (state) => {
          sum += state.reduce((total, value) => total + value * value, 0) / 20;
          count++;
        },
      );
      return sum / count;
    };
    expect(Math.abs(squareOf("metropolis") - 1)).toBeLessThan(0.03);
    // kick, drift, kick conserves (1 - step^2 / 4) x^2 + p^2; steps are jittered by a fifth
    expect(Math.abs(squareOf("none") / (1 / (1 - 0.64 / 4)) - 1)).toBeLessThan(0.03);
  });

  it("counts correlated samples as fewer, and tells chains apart", () => {
    const stream = createStream(4);
    const rho = 0.9;
    const walk = (offset: number): Float64Array => {
      let x = stream.normal();
      return Float64Array.from({ length: 4000 }, () => {
        x = rho * x + Math.sqrt(1 - rho * rho) * stream.normal();
        return x + offset;
      });
    };
    const { effectiveSamples, rHat } = estimateFromChains([walk(0), walk(0)], "test");
    // an autoregressive chain has (1 - rho) / (1 + rho) effective samples each
    expect(effectiveSamples / (8000 / 19)).toBeGreaterThan(0.75);
    expect(effectiveSamples / (8000 / 19)).toBeLessThan(1.33);
    expect(rHat).toBeLessThan(1.02);
    expect(estimateFromChains([walk(0), walk(2)], "test").rHat).toBeGreaterThan(1.2);
    expect(() => estimateFromChains([walk(0).slice(0, 4)], "test")).toThrow(/lengths 4/);
  });
});

describe("collapsed posterior", () => {
  it("has the gradient of its potential", () => {
    for (const name of ["erf", "linear", "gelu"]) {
      const posterior = collapsedPosterior(referenceTask(5, 6, 1, 3), network(name, 4, 0.1), algebra);
      const stream = createStream(2);
      const state = Float64Array.from({ length: posterior.dimension }, () => stream.normal());
      const gradient = new Float64Array(posterior.dimension);
      const unused = new Float64Array(posterior.dimension);
      posterior.evaluate(state, gradient);
      for (const i of [0, 7, 19]) {
        const shifted = (h: number): number =>
          posterior.evaluate(
            state.map((value, k) => (k === i ? value + h : value)),
            unused,
          );
        expect(gradient[i]).toBeCloseTo((shifted(1e-5) - shifted(-1e-5)) / 2e-5, 6);
      }
    }
  });

  it("agrees with the exact theory of linear units", () => {
    const task = referenceTask(10, 8, 1);
    const options = { stream: createStream(1), chains: 2, samples: 500, burnIn: 150 };
    const sampled = samplePosterior(task, network("linear", 6, 0.1), algebra, options);
    const exact = solveEffectiveAction(
      task,
      { activation: resolveActivation("linear"), width: 6, temperature: 0.1, method: "mixture" },
      algebra,
    );
    expect(sampled.error.rHat).toBeLessThan(1.05);
    expect(Math.abs(sampled.error.value - exact.prediction.error)).toBeLessThan(
      4 * (sampled.error.stderr as number),
    );
    expect(Math.abs(sampled.trainError.value - exact.prediction.trainError)).toBeLessThan(
      4 * (sampled.trainError.stderr as number),
    );
    expect(sampled.bias).toBeCloseTo(exact.prediction.bias, 1);
  });

  it("refuses temperature 0 and too few samples", () => {
    const task = referenceTask(5, 6, 1, 3);
    expect(() => collapsedPosterior(task, network("erf", 4, 0), algebra)).toThrow(/temperature 0/);
    expect(() =>
      samplePosterior(task, network("erf", 4, 0.1), algebra, { stream: createStream(1), samples: 2 }),
    ).toThrow(/2 samples/);
  });
});
