/**
 * The one number that a training of each family ends with: test accuracy, reproduced share of the variance, Frechet score;
 * and what guessing reaches.
 */
import type { Estimate } from "../../base/index.ts";
import { type Dataset, exampleSize } from "../../data/index.ts";
import type { NetworkSpec } from "../../networks/index.ts";
import type { SpecTraining } from "../training.ts";

/** What networks are scored by. */
export type Score = "accuracy" | "reproduced variance" | "Frechet score";

/** How networks of a kind are scored: both halves of a GAN by what the pair generates. */
export function scoreOf({ kind }: Pick<NetworkSpec, "kind">): Score {
  if (kind === "generator" || kind === "discriminator") return "Frechet score";
  return kind === "autoencoder" ? "reproduced variance" : "accuracy";
}

/** The score of a network that learned nothing: 1 / classes; 0 for autoencoders and GANs that answer with the mean. */
export function chanceOf(spec: Pick<NetworkSpec, "kind">, { classes }: Pick<Dataset, "classes">): number {
  return scoreOf(spec) === "accuracy" ? 1 / (classes ?? 1) : 0;
}

/** What a training ends with on held examples: accuracy, or reproduced share of the variance of an autoencoder. */
export function finalEstimate(
  { kind }: NetworkSpec,
  training: Pick<SpecTraining, "test">,
  held: Dataset,
): Estimate {
  return kind === "autoencoder" ? reproducedShare(training, held) : testAccuracy(training, held);
}

function testAccuracy({ test }: Pick<SpecTraining, "test">, { count, classes }: Dataset): Estimate {
  if (test?.accuracy === null || test?.accuracy === undefined) return failed(1 / (classes ?? 1));
  const value = test.accuracy;
  return { value, stderr: Math.sqrt((value * (1 - value)) / count), n: count, method: "test accuracy" };
}

/** What stands for a training that did not end. */
export function failed(value: number): Estimate {
  return { value, stderr: null, n: 0, method: "that of guessing: the training did not end" };
}

/** 1 - mean square error / variance of the test examples. */
function reproducedShare({ test }: Pick<SpecTraining, "test">, data: Dataset): Estimate {
  if (test === null || !Number.isFinite(test.loss)) return failed(0);
  return {
    value: 1 - test.loss / varianceOf(data),
    stderr: null,
    n: data.count,
    method: "1 - mean square error / variance of the test examples",
  };
}

/** Mean over positions of the variance over examples: the mean square error of answering with the mean. */
export function varianceOf(data: Dataset): number {
  const { inputs, count } = data;
  const size = exampleSize(data);
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < inputs.length; i++) {
    const value = inputs[i] as number;
    sums[i % size] = (sums[i % size] as number) + value;
    squares[i % size] = (squares[i % size] as number) + value * value;
  }
  const total = squares.reduce(
    (sum, square, i) => sum + square / count - ((sums[i] as number) / count) ** 2,
    0,
  );
  return total / size;
}
