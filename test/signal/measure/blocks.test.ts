import { describe, expect, it } from "vitest";
import { parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { type Examples, measureSignal } from "../../../src/signal/measure/index.ts";

/** Inputs with mean square exactly 1, so that the recursion starts at p_0 = 1. */
function unitExamples(count: number, size: number): Examples {
  const inputs = new Float32Array(count * size);
  createStream(11).fillNormal(inputs);
  for (let i = 0; i < count; i++) {
    const row = inputs.subarray(i * size, (i + 1) * size);
    const scale = Math.sqrt(size / row.reduce((sum, x) => sum + x * x, 0));
    for (let k = 0; k < size; k++) row[k] = row[k]! * scale;
  }
  return { inputs, count, shape: [size] };
}

describe("measureSignal in blocks", () => {
  it("follows the recursion of Yang and Schoenholz: p grows linearly, gradients slower than exponentially", async () => {
    const spec = parseNetwork("200-y200x10 tanh sw2=1 sv2=1 bias=no");
    const { layers } = await measureSignal(spec, unitExamples(16, 200), createStream(4), { seeds: 6 });
    const stream = layers.filter(({ layer }) => layer.role === "outer");
    // tanh, sigma_v^2 = sigma_w^2 = 1, no bias, p_0 = 1
    const p: Record<number, number> = { 1: 1.394294, 2: 1.849275, 5: 3.487952, 10: 6.776798 };
    for (const [block, expected] of Object.entries(p)) {
      const { q } = stream[Number(block) - 1]!;
      expect(Math.abs(q.value - expected)).toBeLessThan(5 * q.stderr! + expected / 200);
    }
    // log of the gradient ratio over 10 blocks is 2.643206, of which block 1 has log(1 + mu_1(q = 1)) = log 1.4644029
    const growth = Math.log(stream[0]!.relativeGradient.value);
    const error = stream[0]!.relativeGradient.stderr! / stream[0]!.relativeGradient.value;
    expect(Math.abs(growth - (2.643206 - Math.log(1.4644029)))).toBeLessThan(5 * error + 10 / 200);
  });

  // Gradient growth per layer of deep batch-normalised networks, simulated at N = 1000 with 25 layers (numpy): scatter 0.05.
  it.each([
    { activation: "relu", batch: 64, growth: 1.43 },
    { activation: "linear", batch: 16, growth: 1.076 },
    { activation: "tanh", batch: 64, growth: 1.15 },
  ])(
    "sees gradients explode with batch normalisation ($activation, $batch examples)",
    async ({ activation, batch, growth }) => {
      const spec = parseNetwork(`100-400x12-10 ${activation} norm=batch sw2=1`);
      const { layers } = await measureSignal(spec, unitExamples(batch, 100), createStream(4), { seeds: 3 });
      const inner = layers.slice(4, 10).map(({ chi }) => chi!.value);
      const mean = inner.reduce((sum, x) => sum + Math.log(x), 0) / inner.length;
      // 0.05 scatter of the reference, 0.03 of 3 seeds at N = 400
      expect(Math.abs(Math.exp(mean) - growth)).toBeLessThan(0.08);
    },
  );
});
