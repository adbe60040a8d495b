/**
 * Losses on a batch, with their derivative written out, so that no logarithm is differentiated:
 * cross-entropy -mean_i sum_k t_ik log softmax(z_i)_k with derivative (softmax(z) - t) / batch, and the mean square
 * mean_ik (z_ik - t_ik)^2 with derivative 2 (z - t) / size. Targets are arrays of the shape of the output.
 */
import type { ValueInfo } from "../ir.ts";
import {
  cast,
  type Emitter,
  equal,
  exp,
  logSoftmax,
  mul,
  neg,
  one,
  reduceMean,
  reduceSum,
  sub,
} from "../ops/index.ts";
import { sizeOf } from "../tensor.ts";

/** Which loss is minimised. */
export type LossKind = "cross-entropy" | "mse";

/** Loss of a batch as values of a graph. */
export interface EmittedLoss {
  /** Loss of every example (every position for outputs of higher rank): the output's shape without the last axis. */
  readonly each: ValueInfo;
  /** Factor that turns the sum of `each` into the loss. */
  readonly weight: number;
  /** d(loss)/d(output) without the factor `seedWeight`. */
  readonly seed: ValueInfo;
  readonly seedWeight: number;
}

/** Appends the loss of `output` against `targets`. */
export function emitLoss(b: Emitter, kind: LossKind, output: ValueInfo, targets: ValueInfo): EmittedLoss {
  const size = sizeOf(output.shape);
  const classes = output.shape.at(-1) as number;
  const rows = size / classes;
  if (kind === "mse") {
    const difference = sub(b, output, targets);
    const each = reduceMean(b, mul(b, difference, difference), { axes: [-1] });
    return { each, weight: 1 / rows, seed: difference, seedWeight: 2 / size };
  }
  const logProbability = logSoftmax(b, output);
  const each = neg(b, reduceSum(b, mul(b, logProbability, targets), { axes: [-1] }));
  return { each, weight: 1 / rows, seed: sub(b, exp(b, logProbability), targets), seedWeight: 1 / rows };
}

/** 1 where the largest output (the first of equal ones) is that of the right class, else 0, for every example. */
export function emitHits(b: Emitter, output: ValueInfo, targets: ValueInfo): ValueInfo {
  const largest = (x: ValueInfo): ValueInfo => one(b, "ArgMax", [x], { axis: -1, keepdims: 0 });
  return cast(b, equal(b, largest(output), largest(targets)), output.dtype);
}
