import { describe, expect, it } from "vitest";
import { ShapeError, SpecError } from "../../../src/base/index.ts";
import { readCheckpoint, writeCheckpoint } from "../../../src/data/index.ts";
import { createPool, GraphBuilder, gemm, tanh, tensorOf, type Value } from "../../../src/engine/index.ts";
import { createTrainer, type TrainableModel } from "../../../src/engine/training/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

/** A tanh network with weights [in, out], and two overlapping classes. */
function problem(batch = 8, seed = 1) {
  const stream = createStream(seed);
  const b = new GraphBuilder("mlp");
  let h: Value = b.input("x", "float32", [batch, 3]);
  const parameters: { name: string }[] = [];
  const widths = [3, 7, 5, 2];
  for (let l = 0; l < 3; l++) {
    const [m, n] = [widths[l]!, widths[l + 1]!];
    const w = b.parameter(
      tensorOf(
        "float32",
        [m, n],
        Array.from({ length: m * n }, () => stream.normal() / Math.sqrt(m)),
      ),
      `w${l}`,
    );
    const bias = b.parameter(tensorOf("float32", [n], new Float32Array(n)), `b${l}`);
    parameters.push(w, bias);
    h = gemm(b, h, w, bias);
    if (l < 2) h = tanh(b, h);
  }
  const logits = b.output(h);
  const model: TrainableModel = { graph: b.build(), input: { name: "x" }, logits, parameters };
  const count = 100;
  const labels = Uint8Array.from({ length: count }, () => stream.integer(2));
  const inputs = Float32Array.from(
    { length: 3 * count },
    (_, i) => stream.normal() + 2 * labels[Math.floor(i / 3)]!,
  );
  const data = { name: "toy", inputs, labels, count, shape: [3], classes: 2 };
  return { model, data };
}

describe("createTrainer", () => {
  for (const optimizer of [
    { kind: "sgd" },
    { kind: "sgd", momentum: 0.9, weightDecay: 0.01 },
    { kind: "adam" },
    { kind: "adamw" },
  ] as const) {
    it(`learns two classes with ${JSON.stringify(optimizer)}`, async () => {
      const { model, data } = problem();
      const rate = optimizer.kind === "sgd" ? 0.1 : 0.01;
      const trainer = await createTrainer(model, { data, stream: createStream(1), rate, optimizer });
      const before = await trainer.evaluate(data);
      const record = await trainer.run(150);
      expect(record.state).toBe("trained");
      expect(record.loss).toHaveLength(150);
      const after = await trainer.evaluate(data);
      expect(after.loss).toBeLessThan(before.loss / 2);
      expect(after.accuracy).toBeGreaterThan(0.9);
      await trainer.release();
    });
  }

  it("gives the same bits for any split into runs, and after a checkpoint", async () => {
    const optimizer = { kind: "adamw" } as const;
    const rate = { rate: 0.01, warmup: 5, shape: "cosine", steps: 40 } as const;
    const options = { rate, optimizer };
    const { model, data } = problem();
    const whole = await createTrainer(model, { ...options, data, stream: createStream(4) });
    const record = await whole.run(40);

    const first = await createTrainer(model, { ...options, data, stream: createStream(4), stepsPerRun: 3 });
    const before = await first.run(17);
    const bytes = writeCheckpoint(await first.checkpoint());
    const resume = readCheckpoint(bytes);
    const second = await createTrainer(model, { ...options, data, stream: createStream(99), resume });
    expect(second.step).toBe(17);
    const after = await second.run(23);

    expect(after.firstStep).toBe(17);
    expect([...before.loss, ...after.loss]).toEqual([...record.loss]);
    expect([...(before.accuracy ?? []), ...(after.accuracy ?? [])]).toEqual([...(record.accuracy ?? [])]);
    expect(await second.parameters()).toEqual(await whole.parameters());
    expect(writeCheckpoint(await second.checkpoint())).toEqual(writeCheckpoint(await whole.checkpoint()));
    await Promise.all([whole, first, second].map((trainer) => trainer.release()));
  });

  it("sees every example once in an epoch, in an order of the seed", async () => {
    // With rate 0 the loss of a step is that of its batch; the mean over an epoch is the loss of the data.
    const { model, data } = problem(10);
    const options = { data, rate: 0 };
    const trainer = await createTrainer(model, { ...options, stream: createStream(5) });
    const { loss } = await trainer.run(20);
    const evaluation = await trainer.evaluate(data);
    const mean = (values: Float64Array): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    // mean of float32 losses near 1: rounding 6e-8 each
    expect(mean(loss.subarray(0, 10))).toBeCloseTo(evaluation.loss, 6);
    expect(mean(loss.subarray(10, 20))).toBeCloseTo(evaluation.loss, 6);
    expect(loss[0]).not.toBe(loss[10]);
    const other = await createTrainer(model, { ...options, stream: createStream(6) });
    expect((await other.run(1)).loss[0]).not.toBe(loss[0]);
    await trainer.release();
    await other.release();
  });

  it("evaluates every example once when the last batch is not full", async () => {
    const { model, data } = problem(8);
    const single = problem(1);
    const options = { data, stream: createStream(1), rate: 0.1 };
    const trainer = await createTrainer(model, options);
    const one = await createTrainer(single.model, options);
    const [a, b] = [await trainer.evaluate(data), await one.evaluate(data)];
    expect(a.count).toBe(100);
    expect(a.loss).toBeCloseTo(b.loss, 6);
    expect(a.accuracy).toBe(b.accuracy);
    await trainer.release();
    await one.release();
  });

  it("stops at a signal between runs and goes on as if nothing had happened", async () => {
    const { model, data } = problem();
    const options = { data, rate: 0.1, stepsPerRun: 5 };
    const trainer = await createTrainer(model, { ...options, stream: createStream(2) });
    const controller = new AbortController();
    const done: number[] = [];
    const record = await trainer.run(30, {
      signal: controller.signal,
      onProgress: (event) => {
        done.push(event.done);
        if (event.done === 10) controller.abort();
      },
    });
    expect(record.state).toBe("interrupted");
    expect(record.loss).toHaveLength(10);
    expect(done).toEqual([5, 10]);
    const rest = await trainer.run(20);
    const whole = await createTrainer(model, { ...options, stream: createStream(2) });
    expect([...record.loss, ...rest.loss]).toEqual([...(await whole.run(30)).loss]);
    await trainer.release();
    await whole.release();
  });

  it("gives the same bits on any thread of a pool", async () => {
    const { model, data } = problem();
    const pool = createPool(2);
    const losses = await pool.map([1, 2, 3], async () => {
      const trainer = await createTrainer(model, { data, stream: createStream(7), rate: 0.1, pool });
      const { loss } = await trainer.run(25);
      const evaluation = await trainer.evaluate(data);
      await trainer.release();
      return [...loss, evaluation.loss];
    });
    await pool.release();
    expect(losses[1]).toEqual(losses[0]);
    expect(losses[2]).toEqual(losses[0]);
  });

  it("reports a diverging loss as a result", async () => {
    const { model, data } = problem();
    const trainer = await createTrainer(model, {
      data,
      stream: createStream(2),
      rate: 1e30,
      loss: "mse",
    });
    const record = await trainer.run(100);
    expect(record.state).toBe("diverged");
    expect(record.loss.length).toBeLessThan(100);
    expect(Number.isFinite(record.loss.at(-1))).toBe(false);
    await trainer.release();
  });

  it("trains an autoencoder on its own inputs, without labels", async () => {
    const b = new GraphBuilder("autoencoder");
    const x = b.input("x", "float32", [5, 4]);
    const parameters = [b.input("down", "float32", [4, 2]), b.input("up", "float32", [2, 4])];
    const logits = b.output(gemm(b, gemm(b, x, parameters[0]!), parameters[1]!));
    const stream = createStream(3);
    const draw = (): Float32Array => Float32Array.from({ length: 8 }, () => stream.normal() / 2);
    const initial = {
      down: { dtype: "float32", shape: [4, 2], data: draw() },
      up: { dtype: "float32", shape: [2, 4], data: draw() },
    } as const;
    // rank two: a bottleneck of two loses nothing
    const inputs = new Float32Array(200 * 4);
    for (let i = 0; i < 200; i++) {
      const [u, v] = [stream.normal(), stream.normal()];
      inputs.set([u, v, u + v, u - v], 4 * i);
    }
    const data = { name: "plane", inputs, labels: null, count: 200, shape: [4], classes: null };
    const model = { graph: b.build(), input: x, logits, parameters };
    const trainer = await createTrainer(model, {
      data,
      initial,
      stream,
      rate: 0.02,
      optimizer: { kind: "adam" },
      loss: "mse",
      targets: "inputs",
    });
    await trainer.run(600);
    const { loss, accuracy } = await trainer.evaluate(data);
    expect(loss).toBeLessThan(1e-3);
    expect(accuracy).toBe(null);
    await trainer.release();
  });

  it("says what is wrong", async () => {
    const { model, data } = problem();
    const good = { data, stream: createStream(1), rate: 0.1 };
    const fails = async (options: object, kind: new (...args: never[]) => Error, message: RegExp) => {
      const failure = createTrainer(model, { ...good, ...options });
      await expect(failure).rejects.toThrow(kind);
      await expect(failure).rejects.toThrow(message);
    };
    await fails({ rate: -1 }, SpecError, /learning rate: rate -1, expected a number >= 0/);
    await fails({ rate: { rate: 1, shape: "cosine" } }, SpecError, /cosine steps 0/);
    await fails(
      { optimizer: { kind: "sgd", momentum: 1 } },
      SpecError,
      /momentum 1, expected 0 <= momentum < 1/,
    );
    await fails({ stepsPerRun: 0 }, SpecError, /steps per run 0/);
    await fails({ data: { ...data, labels: null } }, SpecError, /toy has no labels/);
    await fails(
      { data: { ...data, classes: 3 } },
      ShapeError,
      /toy has 3 classes, the model's output is \[8,2\]/,
    );
    await fails(
      { data: { ...data, shape: [1, 4] } },
      ShapeError,
      /examples of shape \[1,4\], the model takes \[3\]/,
    );
    await fails({ data: { ...data, count: 5 } }, SpecError, /5 examples, fewer than one batch of 8/);
    const trainer = await createTrainer(model, good);
    const checkpoint = await trainer.checkpoint();
    await trainer.release();
    await fails({ resume: checkpoint, optimizer: { kind: "adam" } }, SpecError, /written by optimizer .*sgd/);
    const arrays = new Map([...checkpoint.arrays].slice(1));
    await fails(
      { resume: { ...checkpoint, arrays } },
      SpecError,
      /array w0 is nothing, expected float32 \[3,7\]/,
    );
    const missing = { ...model, parameters: [{ name: "nope" }] };
    await expect(createTrainer(missing, good)).rejects.toThrow(/parameter nope has no value/);
  });
});
