/** The interpreter runs whole exported networks and agrees with PyTorch's outputs. */
import { describe, expect, it } from "vitest";
import { fromOnnx, interpret } from "../../../src/engine/index.ts";
import { inputOf, largestError, models, pathOf, sizesOf } from "../onnx/fixture.ts";

/** PyTorch computed in float32. */
const TOLERANCE = 1e-5;

describe("interpret agrees with PyTorch", () => {
  for (const name of ["resnet-unfolded", "mobilenet-v3-torchscript", "vit-dynamo", "gpt2-torchscript"])
    it(name, async () => {
      const { graph } = await fromOnnx(pathOf(name), sizesOf(name));
      const out = interpret(graph, { [graph.inputs[0]!.name]: inputOf(name) });
      expect(
        largestError(out[graph.outputs[0]!]!.data as Float32Array, models[name]!.output.values),
      ).toBeLessThan(TOLERANCE);
    });
});
