/** A teacher's task as the file that `isinglass effective-action` reads. */
import type { RegressionTask } from "../../../../src/bayes/index.ts";
import type { CurveRequest } from "./types.ts";

/** The file's text. */
export function taskFile(task: RegressionTask, request: CurveRequest): string {
  const { activation, width, temperature, weightVariance } = request;
  const rowsOf = ({ rows, cols, data }: RegressionTask["inputs"]): number[][] =>
    Array.from({ length: rows }, (_, i) => [...data.subarray(i * cols, (i + 1) * cols)]);
  return `${JSON.stringify({
    ...{ X: rowsOf(task.inputs), y: [...task.targets] },
    ...{ Xtest: rowsOf(task.testInputs), ytest: [...task.testTargets] },
    ...{ activation, width, temperature },
    ...{ weightPrecision: 1 / weightVariance, readoutPrecision: 1 / weightVariance },
  })}\n`;
}
