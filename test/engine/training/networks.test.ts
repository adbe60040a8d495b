import { describe, expect, it } from "vitest";
import { sampleMixture } from "../../../src/data/index.ts";
import { createTrainer } from "../../../src/engine/index.ts";
import { buildNetwork, initialize, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

/** One network of every kind and normalisation, small. */
const specs = [
  "64-20x2-4 tanh",
  "64-20x2-4 gelu init=he",
  "64-20x2-4 x*sigmoid(1.5*x) norm=layer",
  "cnn:1x8x8-c4k3-max2-c6k3-gap-4 relu init=he",
  "cnn:1x8x8-c4k3-avg2-c6k3-4 tanh padding=circular",
  "cnn:1x8x8-c4k3/2-c6k3-max2-4 relu norm=batch init=he",
  "resnet:1x8x8-c4k3-b4-gap-4 relu norm=batch init=he",
  "resnet:64-16-y16x3-4 tanh",
];

describe("every kind of network can be trained", () => {
  for (const text of specs) {
    it(text, async () => {
      const spec = parseNetwork(text);
      const network = buildNetwork(spec, { batch: 16 });
      const stream = createStream(2);
      const { values } = initialize(network, spec.initialization, stream.fork("parameters"));
      const data = sampleMixture(256, [1, 8, 8], stream.fork("data"), { classes: 4, separation: 8 });
      const trainer = await createTrainer(network, {
        data,
        initial: values,
        stream: stream.fork("batches"),
        rate: 0.01,
        optimizer: { kind: "adam" },
      });
      const before = await trainer.evaluate(data);
      const record = await trainer.run(80);
      const after = await trainer.evaluate(data);
      expect(record.state).toBe("trained");
      expect(after.loss).toBeLessThan(0.7 * before.loss);
      await trainer.release();
    });
  }
});
