import { describe, expect, it } from "vitest";
import {
  openGraphPosterior,
  sampleNetworkPosterior,
  samplePosterior,
  solveDenseKernels,
  uniformKernelSpec,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { parseNetwork, resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();

describe("posterior of an engine graph", () => {
  it.each(["4-3x2-1 tanh sw2=1.2 sb2=0.3", "cnn:1x2x2-c2k2-1 erf sw2=1 sb2=0.1"])(
    "has the gradient of its potential: %s",
    async (text) => {
      const posterior = await openGraphPosterior(parseNetwork(text), referenceTask(4, 6, 1, 3), {
        temperature: 0.2,
      });
      const stream = createStream(3);
      const state = Float64Array.from({ length: posterior.dimension }, () => stream.normal());
      const gradient = new Float64Array(posterior.dimension);
      const unused = new Float64Array(posterior.dimension);
      await posterior.evaluate(state, gradient);
      for (const i of [0, 5, posterior.dimension - 1]) {
        const shifted = (h: number): Promise<number> =>
          posterior.evaluate(
            state.map((value, k) => (k === i ? value + h : value)),
            unused,
          );
        expect(gradient[i]).toBeCloseTo(((await shifted(1e-5)) - (await shifted(-1e-5))) / 2e-5, 5);
      }
      await posterior.release();
    },
  );

  it.each(["hamiltonian", "langevin"] as const)(
    "samples the exact posterior of a linear model: %s",
    async (dynamics) => {
      const task = referenceTask(4, 6, 1, 5);
      const spec = parseNetwork("4-1 linear sw2=1.5 sb2=0.4");
      const options = { temperature: 0.3, stream: createStream(7), dynamics };
      const effort =
        dynamics === "hamiltonian" ? { samples: 400, leapfrogs: 6, burnIn: 150 } : { samples: 500 };
      const sampled = await sampleNetworkPosterior(spec, task, { ...options, ...effort });
      const kernel = uniformKernelSpec(resolveActivation("linear"), 0, {
        weightVariance: 1.5,
        biasVariance: 0.4,
      });
      const k = (a: typeof task.inputs, b: typeof task.inputs | null) =>
        solveDenseKernels(kernel, a, b, algebra).nngp;
      const train = k(task.inputs, null);
      for (let p = 0; p < 6; p++) train.data[7 * p] = (train.data[7 * p] as number) + 0.3;
      const cross = k(task.testInputs, task.inputs);
      const own = k(task.testInputs, null);
      const solved = algebra.solvePositiveDefinite(train, {
        rows: 6,
        cols: 5,
        data: transposed(cross.data, 5, 6),
      });
      expect(sampled.error.rHat).toBeLessThan(1.03);
      for (let m = 0; m < 5; m++) {
        let [mean, variance] = [0, own.data[6 * m] as number];
        for (let p = 0; p < 6; p++) {
          const weight = solved.data[5 * p + m] as number;
          mean += weight * (task.targets[p] as number);
          variance -= weight * (cross.data[6 * m + p] as number);
        }
        const stderr = Math.sqrt(variance / sampled.error.effectiveSamples);
        expect(Math.abs((sampled.mean[m] as number) - mean)).toBeLessThan(4.5 * stderr);
        expect(Math.abs((sampled.variance[m] as number) / variance - 1)).toBeLessThan(
          4.5 * Math.sqrt(2 / sampled.error.effectiveSamples),
        );
      }
      for (const chain of sampled.chains) {
        expect(chain.divergences).toBe(0);
        expect(Math.abs(chain.acceptance - (dynamics === "hamiltonian" ? 0.8 : 0.97))).toBeLessThan(0.15);
      }
    },
  );

  it("agrees with the sampler whose readout is integrated", async () => {
    const task = referenceTask(5, 6, 1, 20);
    const options = { stream: createStream(11), chains: 2, samples: 250, burnIn: 100 };
    const whole = await sampleNetworkPosterior(parseNetwork("5-4-1 erf sw2=1 sb2=0"), task, {
      ...options,
      temperature: 0.2,
      leapfrogs: 8,
    });
    const network = {
      activation: resolveActivation("erf"),
      width: 4,
      temperature: 0.2,
      weightPrecision: 1,
      readoutPrecision: 1,
    };
    const collapsed = samplePosterior(task, network, algebra, options);
    const gap = (key: "error" | "trainError"): number =>
      Math.abs(whole[key].value - collapsed[key].value) /
      Math.hypot(whole[key].stderr as number, collapsed[key].stderr as number);
    expect(whole.error.rHat).toBeLessThan(1.05);
    expect(gap("error")).toBeLessThan(4);
    expect(gap("trainError")).toBeLessThan(4);
  });

  it("has the error of two hidden layers that an independent sampler found", async () => {
    // NumPy, two ReLU layers of 20 units, N0 = 20, P = 30, T = 0.1: 0.5151(13), bias 0.257, variance 0.258
    const { error, bias, spread } = await sampleNetworkPosterior(
      parseNetwork("20-20x2-1 relu sw2=1 sb2=0"),
      referenceTask(20, 30, 1),
      { temperature: 0.1, stream: createStream(3), samples: 120, burnIn: 100, leapfrogs: 15 },
    );
    expect(Math.abs(error.value - 0.5151)).toBeLessThan(4 * Math.hypot(error.stderr as number, 0.0013));
    expect(Math.abs(bias - 0.257)).toBeLessThan(0.04);
    expect(Math.abs(spread - 0.258)).toBeLessThan(0.05);
  });

  it("refuses what has no Gaussian prior or does not fit", async () => {
    const task = referenceTask(4, 6, 1, 3);
    const options = { temperature: 0.1 };
    const open = (text: string, extra = {}) =>
      openGraphPosterior(parseNetwork(text), task, { ...options, ...extra });
    await expect(open("4-3-1 tanh norm=batch")).rejects.toThrow(/a scale/);
    await expect(open("4-3-1 tanh", { temperature: 0 })).rejects.toThrow(/temperature 0/);
    await expect(open("4-3-2 tanh")).rejects.toThrow(/2 targets/);
  });
});

function transposed(data: Float64Array, rows: number, cols: number): Float64Array {
  return Float64Array.from(
    { length: data.length },
    (_, at) => data[(at % rows) * cols + Math.floor(at / rows)] as number,
  );
}
