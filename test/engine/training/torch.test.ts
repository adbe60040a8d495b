import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  GraphBuilder,
  gemm,
  one,
  relu,
  reshape,
  type Tensor,
  tanh,
  tensorOf,
  type Value,
} from "../../../src/engine/index.ts";
import { createTrainer, type TrainableModel } from "../../../src/engine/training/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/engine-training.json", import.meta.url), "utf8"),
);

/** float32 rounding (6e-8) grown over 25 steps of training; Adam divides small gradients by their own size. */
const TOLERANCE = 4e-6;

type Layer = (b: GraphBuilder, h: Value, w: Value, bias: Value, isLast: boolean) => Value;

const denseLayer: Layer = (b, h, w, bias, isLast) => {
  const z = gemm(b, reshape(b, h, [h.shape[0]!, w.shape[1]!]), w, bias, { transB: true });
  return isLast ? z : tanh(b, z);
};

const convLayer: Layer = (b, h, w, bias) => {
  const z = one(b, "Conv", [h, w, bias], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
  return one(b, "MaxPool", [relu(b, z)], { kernel_shape: [2, 2], strides: [2, 2] });
};

/** The network of a fixture, with its parameters as graph inputs. */
function networkOf(
  shapes: number[][],
  input: number[],
  initial: number[][],
): [TrainableModel, Record<string, Tensor>] {
  const b = new GraphBuilder("network");
  const names = shapes.map((_, i) => `p${i}`);
  const parameters = shapes.map((shape, i) => b.input(names[i]!, "float32", shape));
  const x = b.input("x", "float32", input);
  let h = x;
  for (let i = 0; i < parameters.length; i += 2) {
    const layer = parameters[i]!.shape.length === 4 ? convLayer : denseLayer;
    h = layer(b, h, parameters[i]!, parameters[i + 1]!, i + 2 === parameters.length);
  }
  const logits = b.output(h);
  const values = Object.fromEntries(
    names.map((name, i) => [name, tensorOf("float32", shapes[i]!, initial[i]!)]),
  );
  return [{ graph: b.build(), input: x, logits, parameters }, values];
}

describe("training follows PyTorch", () => {
  for (const { name, network, loss, optimizer, rate, initial, shapes, losses, final } of fixture.cases) {
    it(name, async () => {
      const labels = Uint8Array.from(fixture.labels[network]);
      const shape = network === "mlp" ? [5] : [1, 8, 8];
      const inputs = Float32Array.from(fixture.inputs[network]);
      const data = { name, inputs, labels, count: labels.length, shape, classes: 3 };
      const [model, values] = networkOf(shapes, [labels.length, ...shape], initial);
      const trainer = await createTrainer(model, {
        data,
        initial: values,
        stream: createStream(1),
        rate,
        optimizer,
        loss,
        stepsPerRun: 10,
      });
      const record = await trainer.run(losses.length);
      for (const [k, value] of losses.entries())
        expect(Math.abs(record.loss[k]! - value)).toBeLessThan(TOLERANCE);
      const parameters = await trainer.parameters();
      const worst = final.flatMap((values: number[], i: number) =>
        values.map((value, k) => Math.abs((parameters.get(`p${i}`)!.data[k] as number) - value)),
      );
      expect(Math.max(...worst)).toBeLessThan(TOLERANCE);
      await trainer.release();
    });
  }
});
