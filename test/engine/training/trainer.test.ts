import { describe, expect, it } from "vitest";
import { SpecError } from "../../../src/base/index.ts";
import { GraphBuilder, gemm, tanh, tensorOf, type Value } from "../../../src/engine/index.ts";
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

  it("says what is wrong", async () => {
    const { model, data } = problem();
    const stream = createStream(1);
    await expect(createTrainer(model, { data, stream, rate: -1 })).rejects.toThrow(SpecError);
  });
});
