/** Loss and accuracy of a whole dataset under the parameters that live in the engine's worker. */
import { createSession, type Session } from "../runtime/index.ts";
import { sizeOf, type Tensor } from "../tensor.ts";
import { copyRows, requireFit, type TrainingData, writeTargets } from "./batches.ts";
import type { LossKind } from "./loss.ts";
import { buildEvaluationGraph, FEEDS, RECORDS, type TrainableModel } from "./step.ts";

/** How well the current parameters do. */
export interface Evaluation {
  /** Mean loss of an example. */
  readonly loss: number;
  /** Share of examples whose largest output is the right class; null for mse. */
  readonly accuracy: number | null;
  readonly count: number;
}

/** Evaluates on the resident parameters of a training session. */
export interface Evaluator {
  evaluate(data: TrainingData): Promise<Evaluation>;
  release(): Promise<void>;
}

/** Batches inside one run. */
const BATCHES_PER_RUN = 10;

/** An evaluator beside `training`; its graph is prepared at the first use. */
export function createEvaluator(
  model: TrainableModel,
  kinds: { readonly loss: LossKind; readonly targetsAreInputs: boolean },
  training: Session,
  threads: number,
): Evaluator {
  const inputShape = model.graph.values.get(model.input.name)?.shape as readonly number[];
  const outputShape = model.graph.values.get(model.logits.name)?.shape as readonly number[];
  const batch = inputShape[0] as number;
  let prepared: Promise<Session> | null = null;

  const measure = async (session: Session, data: TrainingData, first: number): Promise<[number, number]> => {
    const count = Math.min(BATCHES_PER_RUN * batch, data.count - first);
    const batches = Math.ceil(count / batch);
    // The last batch is filled up with examples that are not counted, so that it looks like any other.
    const rows = Array.from({ length: batches * batch }, (_, i) => (first + i) % data.count);
    const inputs = new Float32Array(batches * sizeOf(inputShape));
    copyRows(data, rows, inputs, 0);
    const feeds: Record<string, Tensor> = {
      [FEEDS.inputs]: { dtype: "float32", shape: [batches, ...inputShape], data: inputs },
    };
    if (!kinds.targetsAreInputs) {
      const targets = new Float32Array(batches * sizeOf(outputShape));
      writeTargets(data, rows, targets, 0, sizeOf(outputShape) / batch);
      feeds[FEEDS.targets] = { dtype: "float32", shape: [batches, ...outputShape], data: targets };
    }
    const records = await session.run(feeds, { transfer: true });
    const total = (name: string): number => {
      const values = records[name]?.data as Float32Array | undefined;
      const perExample = (values?.length ?? 0) / (batches * batch);
      return values?.subarray(0, count * perExample).reduce((sum, value) => sum + value / perExample, 0) ?? 0;
    };
    return [total(RECORDS.loss), total(RECORDS.hits)];
  };

  return {
    evaluate: async (data) => {
      requireFit(data, inputShape, outputShape, !kinds.targetsAreInputs);
      prepared ??= createSession(buildEvaluationGraph(model, kinds), { threads, share: training });
      const session = await prepared;
      let loss = 0;
      let hits = 0;
      for (let first = 0; first < data.count; first += BATCHES_PER_RUN * batch) {
        const [lossSum, hitSum] = await measure(session, data, first);
        loss += lossSum;
        hits += hitSum;
      }
      const accuracy = kinds.loss === "cross-entropy" ? hits / data.count : null;
      return { loss: loss / data.count, accuracy, count: data.count };
    },
    release: async () => {
      await (await prepared)?.release();
    },
  };
}
