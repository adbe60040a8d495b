import { describe, expect, it } from "vitest";
import { sampleMixture } from "../../../src/data/index.ts";
import { fromOnnx } from "../../../src/engine/index.ts";
import { trainDecoders } from "../../../src/flow/cascade/index.ts";
import { chainOfModel, chainOfNetwork, type FlowChain } from "../../../src/flow/chain/index.ts";
import { buildNetwork, initialize, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { pathOf } from "../../engine/onnx/fixture.ts";

function drawn(text: string): FlowChain {
  const spec = parseNetwork(text);
  const network = buildNetwork(spec, { batch: 2 });
  return chainOfNetwork(network, initialize(network, spec.initialization, createStream(4)).values);
}

/** Mean of the first and of the last tenth of the loss of every decoder that is trained. */
async function losses(chain: FlowChain, batches: number, rate: number) {
  const stream = createStream(6);
  const data = sampleMixture(640, chain.inputShape, stream.fork("data"));
  const cascade = await trainDecoders(chain, data, { stream, batch: 16, batches, rate });
  const mean = (values: Float32Array): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const tenth = Math.ceil(batches / 10);
  return cascade.decoders.map(({ loss }, i) => ({
    name: chain.blocks[i]!.name,
    isTrained: chain.blocks[i]!.decoder.parameters.length > 0,
    before: mean(loss.subarray(0, tenth)),
    after: mean(loss.subarray(-tenth)),
  }));
}

describe("decoders of every kind", () => {
  it.each([
    "12-9-b9-y9-5 tanh sw2=1.5 sb2=0.05",
    "cnn:1x8x8-c4-c4k4/2-avg2-5 tanh padding=circular sw2=1.5",
    "resnet:1x8x8-c4-b4-b6/2-max2-gap-5 relu norm=batch init=he",
    "generator:6-3x4x4-t3-t1 relu init=he",
  ])("learn to reconstruct in %s", async (text) => {
    for (const { name, isTrained, before, after } of await losses(drawn(text), 60, 0.01)) {
      if (isTrained) expect(after / before, name).toBeLessThan(0.95);
      else expect(after, name).toBeLessThan(1e-9);
    }
  });

  it.each(["transformer", "mobilenet-v3-dynamo"])("learn to reconstruct in %s", async (name) => {
    const chain = chainOfModel(await fromOnnx(pathOf(name), { batch: 2 }));
    const image = chain.blocks[0]!.inputShape;
    expect(image).toHaveLength(3);
    for (const { name: block, isTrained, before, after } of await losses(chain, 40, 0.01)) {
      if (isTrained) expect(after / before, block).toBeLessThan(1);
      else expect(after, block).toBeLessThan(1e-9);
    }
  });
});
