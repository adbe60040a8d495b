/** When a decoder counts as trained: losses of real runs, and the variance of a target against its definition. */
import { expect, it } from "vitest";
import { learningOf, stateOfDecoder, targetVariance } from "../../../src/flow/classify/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

it.each([
  // MNIST through tanh networks 30 and 100 wide: rates 1 (saturated, loss above or below the untrained one), 1e-3
  ["failed", { start: 0.178, middle: 0.877, end: 0.876, variance: 0.0719 }],
  ["failed", { start: 0.518, middle: 0.367, end: 0.347, variance: 0.0389 }],
  ["failed", { start: 0.0266, middle: 0.0226, end: 0.0237, variance: 0.00979 }],
  ["unfinished", { start: 0.227, middle: 0.0844, end: 0.0579, variance: 0.0824 }],
  ["unfinished", { start: 0.624, middle: 0.323, end: 0.246, variance: 0.077 }],
  ["learned", { start: 0.22, middle: 0.0486, end: 0.028, variance: 0.0823 }],
  // deep in the ordered phase the target hardly varies
  ["learned", { start: 0.0933, middle: 3.5e-6, end: 3.43e-6, variance: 3.2e-6 }],
  ["learned", { start: 0.119, middle: 3e-9, end: 3.84e-10, variance: 1.2e-14 }],
  ["failed", { start: 0.119, middle: 0.118, end: 0.119, variance: 1.2e-14 }],
] as const)("a decoder has %s: %o", (state, losses) => {
  expect(stateOfDecoder({ minibatches: 60, ...losses })).toBe(state);
});

it("a decoder that has only begun is unfinished, unless its loss has risen", () => {
  const begun = { minibatches: 8, start: 0.3, middle: 0.28, end: 0.28, variance: 0.05 };
  expect(stateOfDecoder(begun)).toBe("unfinished");
  expect(stateOfDecoder({ ...begun, end: 0.9, middle: 0.8 })).toBe("failed");
});

it("reads losses by quarters, and of a training of one minibatch", () => {
  const decoder = { parameters: [{}] as never, loss: Float32Array.of(8, 6, 5, 3, 2, 2, 1, 0) };
  const bare = { parameters: [], loss: new Float32Array(8) };
  const short = { ...decoder, loss: Float32Array.of(4) };
  expect(learningOf({ decoders: [decoder, bare, short] }, [1, 2, 3])).toEqual([
    { minibatches: 8, start: 8, middle: 4, end: 0.5, variance: 1 },
    null,
    { minibatches: 1, start: 4, middle: 4, end: 4, variance: 3 },
  ]);
});

it("the variance of a target is about what a bias can be: features, channels, features of tokens", () => {
  const stream = createStream(3);
  const [count, channels, size] = [400, 3, 4];
  // deviation 1 beside a mean for each channel, and a mean for each place that a bias of channels cannot follow
  const values = Float32Array.from({ length: count * channels * size }, (_, i) => {
    const [channel, place] = [Math.floor((i % (channels * size)) / size), i % size];
    return 10 * channel + 2 * place + stream.normal();
  });
  const placeVariance = 4 * 1.25;
  expect(targetVariance(values, count, [channels * size])).toBeCloseTo(1, 1);
  expect(Math.abs(targetVariance(values, count, [channels, 2, 2]) - 1 - placeVariance)).toBeLessThan(0.2);
  // as tokens of 4 features the means of three tokens differ: 100 (0 + 1 + 4) / 3 - 100
  expect(Math.abs(targetVariance(values, count, [channels, size]) - 1 - 200 / 3)).toBeLessThan(1);
});
