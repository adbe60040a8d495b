/** The sample of MNIST that the lab carries, by name. */
import { expect, it } from "vitest";
import { loadDataset } from "../../src/data/index.ts";

it("holds the first 200 training and 50 test images of every digit", async () => {
  const [sample, all] = await Promise.all([loadDataset("mnist-sample"), loadDataset("mnist", { test: 0 })]);
  expect([sample.train.count, sample.test?.count]).toEqual([2000, 500]);
  for (const [part, each] of [
    [sample.train, 200],
    [sample.test, 50],
  ] as const) {
    for (let digit = 0; digit < 10; digit++) {
      expect([...(part?.labels ?? [])].filter((label) => label === digit).length).toBe(each);
    }
  }
  // the set begins with its first images, in their order
  expect(sample.train.inputs.subarray(0, 784 * 50)).toEqual(all.train.inputs.subarray(0, 784 * 50));
  expect([...(sample.train.labels ?? []).slice(0, 5)]).toEqual([5, 0, 4, 1, 9]);
});
