import { describe, expect, it } from "vitest";
import { createSession, fromOnnx, tensorOf, toOnnx } from "../../../src/engine/index.ts";
import { cutAtEmbedding } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const read = async (name: string) =>
  (await fromOnnx(`test/fixtures/models/${name}.onnx`, { shapes: { input: [3, 8] } })).graph;

describe("cutAtEmbedding", () => {
  it.each(["gpt2-dynamo", "gpt2-torchscript"])(
    "gives the same outputs for embedded tokens: %s",
    async (name) => {
      const graph = await read(name);
      const cut = cutAtEmbedding(graph);
      expect(cut).toMatchObject({ vocabulary: 50, shape: [8, 16] });
      if (cut === null) return;
      const tokens = Array.from({ length: 24 }, (_, i) => (31 * i + 7) % 50);
      // the same tokens, by a stream that returns them in turn
      let next = 0;
      const inTurn = { ...createStream(1), integer: () => tokens[next++] as number };
      const embedded = cut.sample(3, inTurn);
      const [whole, rest] = [await createSession(toOnnx(graph)), await createSession(toOnnx(cut.graph))];
      const [a] = Object.values(
        await whole.run({ [graph.inputs[0]?.name ?? ""]: tensorOf("int64", [3, 8], tokens) }),
      );
      const [b] = Object.values(
        await rest.run({ [cut.graph.inputs[0]?.name ?? ""]: tensorOf("float32", [3, 8, 16], embedded) }),
      );
      expect(b?.data).toEqual(a?.data);
      await Promise.all([whole.release(), rest.release()]);
    },
  );

  it("leaves models of real numbers alone", async () => {
    expect(cutAtEmbedding((await fromOnnx("test/fixtures/models/mlp.onnx")).graph)).toBeNull();
  });
});
