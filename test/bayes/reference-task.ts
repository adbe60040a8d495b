/** The bit-reproducible regression task of test/fixtures/bayes-reference.json: a multiplicative congruential stream. */
import type { RegressionTask } from "../../src/bayes/index.ts";

/** Numbers of mean 0 and variance 1, uniform. */
export function drawReference(seed: number, count: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (16807 * state) % 2147483647;
    return Math.sqrt(3) * ((2 * state) / 2147483647 - 1);
  });
}

/** P examples of N0 features with a linear teacher, and 50 test rows. */
export function referenceTask(
  features: number,
  examples: number,
  scale: number,
  testRows = 50,
): RegressionTask {
  const teacher = drawReference(54321, features);
  const label = (rows: number, data: Float64Array): Float64Array =>
    Float64Array.from({ length: rows }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < features; k++) sum += (teacher[k] as number) * (data[i * features + k] as number);
      return (scale * sum) / Math.sqrt(features);
    });
  const inputs = { rows: examples, cols: features, data: drawReference(12345, examples * features) };
  const testInputs = { rows: testRows, cols: features, data: drawReference(777, testRows * features) };
  return {
    inputs,
    targets: label(examples, inputs.data),
    testInputs,
    testTargets: label(testRows, testInputs.data),
  };
}
