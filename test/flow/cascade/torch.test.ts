/** The whole cascade against PyTorch in the published order (all decoders for every minibatch): convolution, flatten, dense. */
import { expect, test } from "vitest";
import { conv, one, reshape, type Tensor, tanh } from "../../../src/engine/index.ts";
import {
  denseBlock,
  type FlowBlock,
  type FlowChain,
  measureCurve,
  measureDifferentialEntropy,
  measureRelativeEntropies,
  reconstruct,
  trainDecoders,
} from "../../../src/flow/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import fixture from "../../fixtures/flow-torch.json" with { type: "json" };

const SEED = 5;
const COUNT = fixture.data.length / 25;

function tensors(
  list: readonly { readonly shape: number[]; readonly data: number[] }[],
): Tensor<"float32">[] {
  return list.map(({ shape, data }) => ({ dtype: "float32", shape, data: Float32Array.from(data) }));
}

function convolution([weight, bias]: readonly Tensor[]): FlowBlock {
  return {
    name: "conv",
    kind: "convolution",
    layers: ["conv"],
    inputShape: [1, 5, 5],
    outputShape: [2, 3, 3],
    parameters: { weight: weight as Tensor, bias: bias as Tensor },
    forward: (b, x, p) => tanh(b, conv(b, x, p.weight as never, p.bias as never)),
    decoder: {
      kind: "transposed-convolution",
      parameters: [
        { name: "weight", shape: [2, 1, 3, 3], fanIn: 9 },
        { name: "bias", shape: [1], fanIn: 9 },
      ],
      description: "transposed convolution 3x3, tanh",
      build: (b, y, [w, c]) => tanh(b, one(b, "ConvTranspose", [y, w as never, c as never])),
    },
  };
}

const flatten: FlowBlock = {
  name: "flatten",
  kind: "flatten",
  layers: [],
  inputShape: [2, 3, 3],
  outputShape: [18],
  parameters: {},
  forward: (b, x) => reshape(b, x, [x.shape[0] as number, 18]),
  decoder: {
    kind: "reshape",
    parameters: [],
    description: "reshape",
    build: (b, y) => reshape(b, y, [y.shape[0] as number, 2, 3, 3]),
  },
};

function dense(name: string, [weight, bias]: readonly Tensor[]): FlowBlock {
  return denseBlock({ name, weight: weight as Tensor, bias: bias as Tensor, activation: "tanh" });
}

function chainOf(): FlowChain {
  const [first, , third, fourth] = fixture.forward.map(tensors) as Tensor[][];
  const blocks = [
    convolution(first ?? []),
    flatten,
    dense("dense1", third ?? []),
    dense("dense2", fourth ?? []),
  ];
  return { name: "conv-dense-dense", inputShape: [1, 5, 5], blocks, entry: null };
}

/** The examples in such an order that the stream deals them out as PyTorch did. */
function dealt(): { name: string; inputs: Float32Array; count: number; shape: number[] } {
  const order = createStream(SEED).fork("order").fork(0).permutation(COUNT);
  const inputs = new Float32Array(fixture.data.length);
  order.forEach((row, place) => {
    inputs.set(fixture.data.slice(place * 25, (place + 1) * 25), row * 25);
  });
  return { name: "fixture", inputs, count: COUNT, shape: [1, 5, 5] };
}

const batch = { name: "test", inputs: Float32Array.from(fixture.test), count: 8, shape: [1, 5, 5] };

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Number.NaN;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs((a[i] as number) - (b[i] as number)));
  return most;
}

test("losses, decoders, reconstructions and entropies are PyTorch's", async () => {
  const cascade = await trainDecoders(chainOf(), dealt(), {
    stream: createStream(SEED),
    batch: fixture.batch,
    rate: fixture.rate,
    initial: fixture.first.map(tensors),
    threads: 2,
  });
  // float32 on both sides; Adam shows the rounding of small gradients in full
  cascade.decoders.forEach(({ loss, parameters }, l) => {
    expect(largestDifference(loss, fixture.losses[l] as number[])).toBeLessThan(2e-6);
    parameters.forEach(({ data }, i) => {
      expect(largestDifference(data, fixture.trained[l]?.[i]?.data as number[])).toBeLessThan(2e-5);
    });
  });
  for await (const { depth, reconstructed } of reconstruct(cascade, batch, { threads: 2 })) {
    expect(largestDifference(reconstructed, fixture.reconstructions[depth - 1] as number[])).toBeLessThan(
      2e-5,
    );
  }
  const curve = await measureCurve(cascade, batch);
  expect(largestDifference(curve.gram.values, fixture.gram)).toBeLessThan(2e-5);
  expect(largestDifference(curve.differential.values, fixture.differential)).toBeLessThan(2e-4);
  expect(curve.leftOutExamples).toEqual([0, 0, 0, 0, 0]);
});

test("entropies of PyTorch's reconstructions agree in float64, and nothing is changed", () => {
  const inputs = batch.inputs.slice();
  [fixture.test, ...fixture.reconstructions].forEach((values, depth) => {
    const reconstructed = Float32Array.from(values);
    const relative = measureRelativeEntropies(inputs, reconstructed, 8);
    // a distribution of float32 values with one pixel at 1e-12: its logarithm turns 1e-8 into 1e-6
    expect(largestDifference(relative, fixture.relative[depth] as number[])).toBeLessThan(1e-5);
    const { value } = measureDifferentialEntropy(reconstructed, 8);
    expect(Math.abs(value - (fixture.differential[depth] as number))).toBeLessThan(1e-6);
  });
  expect(inputs).toEqual(batch.inputs);
});
