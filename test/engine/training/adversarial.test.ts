import { describe, expect, it } from "vitest";
import { createAdversarialTrainer } from "../../../src/engine/index.ts";
import { buildNetwork, initialize, type NetworkGraph, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const BATCH = 20;

function make(text: string, seed: number, batch = BATCH) {
  const spec = parseNetwork(text);
  const network = buildNetwork(spec, { batch });
  return { network, values: initialize(network, spec.initialization, createStream(seed)).values };
}

const ring = (count: number) => {
  const stream = createStream(5);
  const inputs = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const angle = 2 * Math.PI * stream.uniform();
    inputs.set([Math.cos(angle), Math.sin(angle)], 2 * i);
  }
  return { name: "ring", inputs, labels: null, count, shape: [2], classes: null };
};

const setUp = (optimizer: { kind: "adam"; beta1: number } | { kind: "sgd" }, rate: number) => {
  const generator = make("generator:3-16-2 tanh output=linear init=he", 1);
  const discriminator = make("discriminator:2-16-1 init=he", 2);
  return {
    models: { generator: generator.network, discriminator: discriminator.network },
    options: {
      data: ring(200),
      initial: { generator: generator.values, discriminator: discriminator.values },
      ...{ stream: createStream(3), rate, optimizer },
    },
  };
};

describe("createAdversarialTrainer", () => {
  it("continues bit for bit, with other numbers of steps per run", async () => {
    const { models, options } = setUp({ kind: "adam", beta1: 0.5 }, 1e-3);
    const whole = await createAdversarialTrainer(models, { ...options, stepsPerRun: 7 });
    const curves = await whole.run(30);
    const half = await createAdversarialTrainer(models, options);
    await half.run(12);
    const resume = await half.checkpoint();
    const rest = await createAdversarialTrainer(models, { ...options, stream: createStream(99), resume });
    const second = await rest.run(18);
    expect(second.firstStep).toBe(12);
    expect(second.generatorLoss).toEqual(curves.generatorLoss.slice(12));
    expect(await rest.parameters()).toEqual(await whole.parameters());
    expect(await rest.sample(5, createStream(4))).toEqual(await whole.sample(5, createStream(4)));
    await Promise.all([whole, half, rest].map((trainer) => trainer.release()));
  });

  it("begins with the losses that the written-out formulas give, and descends them", async () => {
    const { models, options } = setUp({ kind: "sgd" }, 0);
    const trainer = await createAdversarialTrainer(models, { ...options, rate: 1e-30 });
    const { discriminatorLoss, generatorLoss } = await trainer.run(200);
    // nothing is learned at this rate: mean softplus(-D(x)) + softplus(D(G(z))) over 4,000 draws of each
    const sum = await expectedLosses(models, options.initial, trainer, options.data.inputs);
    const mean = (values: Float64Array) => values.reduce((total, value) => total + value, 0) / values.length;
    expect(mean(discriminatorLoss)).toBeCloseTo(sum.discriminator, 1);
    expect(mean(generatorLoss)).toBeCloseTo(sum.generator, 1);
    await trainer.release();
  });

  it("learns a ring: generated points have its radius", async () => {
    const { models, options } = setUp({ kind: "adam", beta1: 0.5 }, 5e-3);
    const trainer = await createAdversarialTrainer(models, { ...options, stepsPerRun: 100 });
    const radius = async () => {
      const points = await trainer.sample(200, createStream(8));
      const radii = Array.from({ length: 200 }, (_, i) =>
        Math.hypot(points[2 * i] as number, points[2 * i + 1] as number),
      );
      return radii.reduce((sum, value) => sum + Math.abs(value - 1), 0) / 200;
    };
    const before = await radius();
    const { state, realAccuracy } = await trainer.run(1500);
    expect(state).toBe("trained");
    expect(realAccuracy.every((share) => share >= 0 && share <= 1)).toBe(true);
    const after = await radius();
    expect(after).toBeLessThan(0.6 * before);
    expect(after).toBeLessThan(0.35);
    await trainer.release();
  });

  it("tells divergence and interruption as states, and refuses models that do not fit", async () => {
    const { models, options } = setUp({ kind: "sgd" }, 1e30);
    const trainer = await createAdversarialTrainer(models, options);
    expect((await trainer.run(40)).state).toBe("diverged");
    await trainer.release();
    const stopped = await createAdversarialTrainer(models, { ...options, rate: 0.1 });
    expect((await stopped.run(5, { signal: AbortSignal.abort() })).state).toBe("interrupted");
    await stopped.release();
    const wide = make("discriminator:3-8-1", 1);
    const initial = { ...options.initial, discriminator: wide.values };
    const wrong = createAdversarialTrainer(
      { ...models, discriminator: wide.network },
      { ...options, initial },
    );
    await expect(wrong).rejects.toThrow(/generator makes \[20,2\], the discriminator takes \[20,3\]/);
    const two = make("discriminator:2-8-2", 1);
    const twoLogits = createAdversarialTrainer(
      { ...models, discriminator: two.network },
      { ...options, initial: { ...options.initial, discriminator: two.values } },
    );
    await expect(twoLogits).rejects.toThrow(/expected one logit per example/);
  });
});

/** The losses of fixed networks by plain loops: the slow twin of the graph. */
async function expectedLosses(
  _models: { generator: NetworkGraph; discriminator: NetworkGraph },
  initial: { discriminator: Readonly<Record<string, { data: unknown }>> },
  trainer: { sample(count: number, stream: ReturnType<typeof createStream>): Promise<Float32Array> },
  real: Float32Array,
): Promise<{ discriminator: number; generator: number }> {
  const of = (name: string) => initial.discriminator[name]?.data as Float32Array;
  const [w1, b1, w2, b2] = ["dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias"].map(of) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const logit = (x: number, y: number): number => {
    let sum = b2[0] as number;
    for (let i = 0; i < b1.length; i++) {
      const h = (w1[2 * i] as number) * x + (w1[2 * i + 1] as number) * y + (b1[i] as number);
      sum += (w2[i] as number) * (h > 0 ? h : 0.2 * h);
    }
    return sum;
  };
  const softplus = (u: number): number => Math.log1p(Math.exp(u));
  const mean = (points: Float32Array, loss: (u: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < points.length; i += 2)
      sum += loss(logit(points[i] as number, points[i + 1] as number));
    return (2 * sum) / points.length;
  };
  const fake = await trainer.sample(4000, createStream(6));
  return {
    discriminator: mean(real, (u) => softplus(-u)) + mean(fake, softplus),
    generator: mean(fake, (u) => softplus(-u)),
  };
}
