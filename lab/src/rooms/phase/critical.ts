/** The cross-hair onto the critical line. */
import { createJob } from "../../jobs/index.ts";
import { notify } from "../../notices.ts";
import type { CriticalRequest } from "./critical-worker.ts";
import { state } from "./state.ts";

const job = createJob<CriticalRequest, never, number>(
  () => new Worker(new URL("./critical-worker.ts", import.meta.url), { type: "module" }),
);

/** Moves the cross-hair sideways to the critical weight variance at its bias variance; says so where there is none. */
export async function moveToCriticalLine(): Promise<void> {
  const answer = await job.run({
    activation: state.activation.peek(),
    biasVariance: state.biasVariance.peek(),
  });
  if (answer.kind === "failed")
    notify({
      kind: "warning",
      text: answer.message,
      ...(answer.hint === undefined ? {} : { hint: answer.hint }),
    });
  if (answer.kind !== "done") return;
  const { min, max } = state.weightVariance.field;
  if (answer.result >= min && answer.result <= max) state.weightVariance.commit(answer.result);
  else
    notify({
      kind: "warning",
      text: `The critical weight variance is ${answer.result}, outside of ${min} to ${max}.`,
    });
}
