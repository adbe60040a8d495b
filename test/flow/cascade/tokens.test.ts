/** Chains that begin behind an embedding take token numbers. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromOnnx, GraphBuilder, interpret, tensorOf } from "../../../src/engine/index.ts";
import { chainOfModel, enterChain, measureCurve, trainDecoders } from "../../../src/flow/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const [COUNT, LENGTH, TOKENS] = [70, 8, 12];

function tokens(): { name: string; inputs: Float32Array; count: number; shape: number[] } {
  const stream = createStream(3);
  const inputs = Float32Array.from({ length: COUNT * LENGTH }, () => stream.integer(TOKENS));
  return { name: "tokens", inputs, count: COUNT, shape: [LENGTH] };
}

test("a language model is reconstructed from its embeddings on", async () => {
  const model = readFileSync(new URL("../../fixtures/models/gpt2-torchscript.onnx", import.meta.url));
  const chain = chainOfModel(await fromOnnx(model, { shapes: { input: [2, LENGTH] } }));
  const data = tokens();
  const entered = await enterChain(chain, data);
  expect([entered.count, entered.shape]).toEqual([COUNT, [LENGTH, 16]]);
  expect(await enterChain(chain, entered)).toBe(entered);

  const b = new GraphBuilder();
  b.output(chain.entry?.forward(b, b.input("x", "int64", [COUNT, LENGTH])) as never, "y");
  const { y } = interpret(b.build(), { x: tensorOf("int64", [COUNT, LENGTH], data.inputs) });
  const expected = y?.data as Float32Array;
  expect(entered.inputs.every((value, i) => Math.abs(value - (expected[i] as number)) < 1e-6)).toBe(true);

  const options = { batch: 10, batches: 4 };
  const cascade = await trainDecoders(chain, data, { stream: createStream(1), ...options });
  const same = await trainDecoders(chain, entered, { stream: createStream(1), ...options });
  expect(cascade.decoders).toEqual(same.decoders);
  const { gram } = await measureCurve(cascade, { ...data, count: 10 });
  expect(gram.depths.length).toBe(chain.blocks.length + 1);
  expect(gram.values.every((value) => value >= 0 && value <= 1)).toBe(true);
});
