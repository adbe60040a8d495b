/** What a run of several steps is fed with: batches, targets, and the numbers of each step. */
import type { RandomStream } from "../../numerics/index.ts";
import type { Tensors } from "../runtime/index.ts";
import { sizeOf, type Tensor } from "../tensor.ts";
import { batchSource, type TrainingData } from "./batches.ts";
import { type Optimizer, scalarsAt } from "./optimizers.ts";
import { rateAt, type Schedule } from "./schedule.ts";
import { FEEDS, type StepGraph } from "./step.ts";

/** What the feeds of a training depend on. */
export interface FeedOptions {
  readonly data: TrainingData;
  readonly graph: StepGraph;
  readonly optimizer: Optimizer;
  readonly schedule: Required<Schedule>;
  readonly stream: RandomStream;
  readonly targetsAreInputs: boolean;
}

/**
 * Makes the feeds of `steps` steps from step `first` on. Gathering a batch here, while the engine works, costs as much
 * as gathering it inside the graph from a resident dataset (0.1 ms for 100 x 784) and needs no second copy of the data.
 */
export function feedMaker(options: FeedOptions): (first: number, steps: number) => Tensors {
  const { data, graph, optimizer, schedule, targetsAreInputs } = options;
  const { inputShape, outputShape } = graph;
  const batch = inputShape[0] as number;
  const source = batchSource(data, batch, sizeOf(outputShape) / batch, options.stream);
  const stacked = (steps: number, shape: readonly number[], values: Float32Array): Tensor => ({
    dtype: "float32",
    shape: [steps, ...shape],
    data: values,
  });
  return (first, steps) => {
    const inputs = new Float32Array(steps * sizeOf(inputShape));
    const targets = targetsAreInputs ? null : new Float32Array(steps * sizeOf(outputShape));
    source.fill(first, steps, inputs, targets);
    const feeds: Record<string, Tensor> = { [FEEDS.inputs]: stacked(steps, inputShape, inputs) };
    if (targets !== null) feeds[FEEDS.targets] = stacked(steps, outputShape, targets);
    const rows = Array.from({ length: steps }, (_, k) =>
      scalarsAt(optimizer, rateAt(schedule, first + k), first + k),
    );
    optimizer.scalars.forEach((name, column) => {
      const values = Float32Array.from(rows, (row) => row[column] as number);
      feeds[FEEDS.scalar(name)] = stacked(steps, [], values);
    });
    return feeds;
  };
}
