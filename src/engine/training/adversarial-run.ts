/** The loop of adversarial training: what each run of steps is fed with, and the curves that come back. */
import type { WorkOptions } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { Session, Tensors } from "../runtime/index.ts";
import { sizeOf, type Tensor } from "../tensor.ts";
import { ADVERSARIAL, type AdversarialStep } from "./adversarial-step.ts";
import { batchSource, type TrainingData } from "./batches.ts";
import { type Optimizer, scalarsAt } from "./optimizers.ts";
import { requireSteps } from "./require-steps.ts";
import { rateAt, type Schedule } from "./schedule.ts";
import { FEEDS, type StateArray } from "./step.ts";

/** What some steps gave; arrays have one entry per step, taken before its updates (the generator's loss: after the
 * discriminator's update). */
export interface AdversarialRecord {
  readonly firstStep: number;
  readonly discriminatorLoss: Float64Array;
  readonly generatorLoss: Float64Array;
  /** Share of real examples that the discriminator takes for real. */
  readonly realAccuracy: Float64Array;
  /** Share of generated examples that it takes for generated. */
  readonly fakeAccuracy: Float64Array;
  readonly state: "trained" | "diverged" | "interrupted";
}

/** What the feeds depend on. */
interface FeedRequest {
  readonly data: TrainingData;
  readonly graph: AdversarialStep;
  readonly optimizer: Optimizer;
  readonly schedule: Required<Schedule>;
  readonly stream: RandomStream;
}

/** Makes what a run of several steps is fed with; batch and noise of a step follow from stream and step alone. */
export function adversarialFeeds({
  data,
  graph,
  optimizer,
  schedule,
  stream,
}: FeedRequest): (first: number, steps: number) => Tensors {
  const { inputShape, noiseShape } = graph;
  const batch = inputShape[0] as number;
  const source = batchSource(data, batch, 0, stream.fork("order"));
  const noiseOf = stream.fork("noise");
  return (first: number, steps: number): Tensors => {
    const inputs = new Float32Array(steps * sizeOf(inputShape));
    source.fill(first, steps, inputs, null);
    const rows = Array.from({ length: steps }, (_, k) =>
      scalarsAt(optimizer, rateAt(schedule, first + k), first + k),
    );
    const size = sizeOf(noiseShape);
    const noise = new Float32Array(steps * size);
    for (let k = 0; k < steps; k++) {
      noiseOf.fork(first + k).fillNormal(noise.subarray(k * size, (k + 1) * size), 1);
    }
    const scalars = optimizer.scalars.map((name, column): [string, Tensor] => [
      FEEDS.scalar(name),
      { dtype: "float32", shape: [steps], data: Float32Array.from(rows, (row) => row[column] as number) },
    ]);
    return {
      ...Object.fromEntries(scalars),
      [FEEDS.inputs]: { dtype: "float32", shape: [steps, ...inputShape], data: inputs },
      [ADVERSARIAL.noise]: { dtype: "float32", shape: [steps, ...noiseShape], data: noise },
    };
  };
}

type Curve = keyof typeof ADVERSARIAL.records;
const CURVES = Object.keys(ADVERSARIAL.records) as Curve[];

/** Runs steps and counts them. */
export interface AdversarialStepper {
  readonly step: number;
  run(steps: number, options?: WorkOptions): Promise<AdversarialRecord>;
}

/** A stepper on a session whose state is bound. */
export function createAdversarialStepper(
  session: Session,
  state: readonly StateArray[],
  feedsOf: (first: number, steps: number) => Tensors,
  stepsPerRun: number,
  resumedAt: number,
): AdversarialStepper {
  requireSteps(stepsPerRun, "steps per run");
  const keep = Object.fromEntries(state.map(({ input, output }) => [output, input]));
  let step = resumedAt;

  const run = async (steps: number, { signal, onProgress }: WorkOptions = {}): Promise<AdversarialRecord> => {
    requireSteps(steps, "steps");
    const firstStep = step;
    const end = firstStep + steps;
    const curves: Record<Curve, number[]> = {
      ...{ discriminatorLoss: [], generatorLoss: [], realAccuracy: [], fakeAccuracy: [] },
    };
    const finish = (state: AdversarialRecord["state"]): AdversarialRecord => ({
      firstStep,
      discriminatorLoss: Float64Array.from(curves.discriminatorLoss),
      generatorLoss: Float64Array.from(curves.generatorLoss),
      realAccuracy: Float64Array.from(curves.realAccuracy),
      fakeAccuracy: Float64Array.from(curves.fakeAccuracy),
      state,
    });
    while (step < end) {
      if (signal?.aborted) return finish("interrupted");
      const count = Math.min(stepsPerRun, end - step);
      const records = await session.run(feedsOf(step, count), { keep, transfer: true });
      step += count;
      for (const curve of CURVES) {
        curves[curve].push(...(records[ADVERSARIAL.records[curve]] as Tensor<"float32">).data);
      }
      const [judging, making] = [curves.discriminatorLoss.at(-1), curves.generatorLoss.at(-1)];
      const note = `losses ${judging?.toPrecision(3)}, ${making?.toPrecision(3)}`;
      onProgress?.({ stage: "training", done: step - firstStep, total: steps, note });
      if (!Number.isFinite(judging) || !Number.isFinite(making)) return finish("diverged");
    }
    return finish("trained");
  };

  return {
    get step() {
      return step;
    },
    run,
  };
}
