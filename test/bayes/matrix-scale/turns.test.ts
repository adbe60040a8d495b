/** Solutions in turns: the same numbers, and an end when the signal fires, in the kernels as in the minimisation. */
import { describe, expect, it } from "vitest";
import { InterruptedError, type ProgressEvent, type WorkOptions } from "../../../src/base/index.ts";
import {
  drawTeacherTask,
  solveConvolutionAction,
  solveConvolutionActionInTurns,
  solveDeepEffectiveAction,
  solveDeepEffectiveActionInTurns,
  solveEffectiveAction,
  solveEffectiveActionInTurns,
  solveMultiOutputAction,
  solveMultiOutputActionInTurns,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const algebra = await loadKernels();
const activation = resolveActivation("erf");
const task = drawTeacherTask({
  ...{ stream: createStream(1), activation, inputs: 16, units: 8, examples: 12, tests: 10 },
});
const column = (data: Float64Array) => ({ rows: data.length / 2, cols: 2, data });
const outputs = {
  ...{ inputs: task.inputs, testInputs: task.testInputs },
  targets: column(Float64Array.from({ length: 24 }, (_, at) => (task.targets[at % 12] as number) * (at % 5))),
  testTargets: column(new Float64Array(20)),
};
const prior = { activation, temperature: 0.1 };
const patches = { ...prior, channels: 20, shape: [1, 4, 4], mask: 2 } as const;
const deep = { ...prior, widths: [9, 14], form: "nested" } as const;
const one = { ...prior, width: 10 };

const cases = {
  "one layer": [
    () => solveEffectiveAction(task, one, algebra),
    (work: WorkOptions) => solveEffectiveActionInTurns(task, one, algebra, work),
    "eigenvectors",
  ],
  "two layers": [
    () => solveDeepEffectiveAction(task, deep, algebra),
    (work: WorkOptions) => solveDeepEffectiveActionInTurns(task, deep, algebra, work),
    "minimizing",
  ],
  "two outputs": [
    () => solveMultiOutputAction(outputs, one, algebra),
    (work: WorkOptions) => solveMultiOutputActionInTurns(outputs, one, algebra, work),
    "minimizing",
  ],
  patches: [
    () => solveConvolutionAction(task, patches, algebra),
    (work: WorkOptions) => solveConvolutionActionInTurns(task, patches, algebra, work),
    "minimizing",
  ],
} as const;

describe("solutions in turns", () => {
  it.each(Object.entries(cases))("%s", async (_, [atOnce, inTurns, last]) => {
    const events: ProgressEvent[] = [];
    const found = await inTurns({ onProgress: (event) => events.push(event) });
    expect(found).toEqual(atOnce());
    expect(events[0]?.stage).toBe("kernel");
    expect(events.map(({ stage }) => stage)).toContain(last);
    for (const stage of ["kernel", last]) {
      const controller = new AbortController();
      const stopped = inTurns({
        signal: controller.signal,
        onProgress: (event) => {
          if (event.stage === stage) controller.abort();
        },
      });
      await expect(stopped).rejects.toThrow(InterruptedError);
    }
  });
});
