/** Learning curves: one number against the step. */
import type { SpecTraining } from "../training.ts";

/** One curve: values at steps. */
export interface TrainingCurve {
  readonly name: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** Loss and accuracy on the training batches and on the test examples. */
export function curvesOf({ history }: SpecTraining): TrainingCurve[] {
  const curve = (
    name: string,
    pick: (entry: SpecTraining["history"][number]) => number | null | undefined,
  ) => {
    const kept = history.flatMap((entry) => {
      const value = pick(entry);
      return value === null || value === undefined ? [] : [{ step: entry.step, value }];
    });
    return { name, steps: kept.map(({ step }) => step), values: kept.map(({ value }) => value) };
  };
  return [
    curve("loss", ({ loss }) => loss),
    curve("accuracy", ({ accuracy }) => accuracy),
    curve("test loss", ({ test }) => test?.loss),
    curve("test accuracy", ({ test }) => test?.accuracy),
  ].filter(({ steps }) => steps.length > 0);
}
