import { describe, expect, it } from "vitest";
import { fromOnnx, inspectOnnx, toOnnx } from "../../../src/engine/onnx/index.ts";
import { createSession } from "../../../src/engine/runtime/index.ts";
import type { Tensor } from "../../../src/engine/tensor.ts";
import { bytesOf, inputOf, largestError, models, pathOf, sizesOf } from "./fixture.ts";

/** float32 rounding through some twenty layers, relative to the largest output. */
const tolerance = 1e-5;

async function runOnce(bytes: Uint8Array, input: Tensor): Promise<Tensor> {
  const session = await createSession(bytes);
  const results = await session.run({ [session.inputs[0]!.name]: input });
  await session.release();
  return Object.values(results)[0]!;
}

describe.each(Object.keys(models))("%s", (name) => {
  const { input, output, opset } = models[name]!;
  const options = sizesOf(name);

  it("imports and, written back, gives the outputs of its origin", async () => {
    const model = await fromOnnx(pathOf(name), options);
    expect(model.opset).toBe(opset);
    expect(model.inputs[0]!.shape).toEqual(input.shape);
    const written = await runOnce(toOnnx(model.graph), inputOf(name));
    expect(written.shape).toEqual(output.shape);
    expect(largestError(written.data, output.values)).toBeLessThan(tolerance);
    if (name !== "external" && !name.endsWith("float16")) {
      const original = await runOnce(bytesOf(name), inputOf(name));
      expect(largestError(written.data, original.data)).toBeLessThan(tolerance);
    }
  });

  it("has a row for every node", async () => {
    const { report } = await inspectOnnx(pathOf(name), options);
    for (const row of report) expect(["supported", "folded", "removed"]).toContain(row.status);
  });
});
