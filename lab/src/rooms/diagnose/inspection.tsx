/** The dropped model of the room: looked into whenever it or what would be run on it changes. */
import { computed, effect, type ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import {
  createInspectJob,
  formatBytes,
  InspectionPanel,
  type InspectJob,
  isRefused,
  MissingFile,
} from "../../files/index.ts";
import { modelFile } from "./files.ts";
import { state } from "./state.ts";

/** Looks into the file. */
export const inspectJob: InspectJob = createInspectJob();

/** Whether the model can be run: no node stands in the way. */
export const canRun: ReadonlySignal<boolean> = computed(() => {
  if (state.modelFile.value === "") return true;
  const status = inspectJob.status.value;
  return status.kind === "done" && !status.result.nodes.some(isRefused);
});

/** The panel; empty while a text is meant. */
export function Inspection(): JSX.Element | null {
  useEffect(
    () =>
      effect(() => {
        const file = modelFile.value;
        const examples = state.examples.value;
        const shapes = state.shapes.value;
        if (file === null) inspectJob.cancel();
        else void inspectJob.run({ file, shapes, examples });
      }),
    [],
  );
  const name = state.modelFile.value;
  if (name === "") return null;
  if (modelFile.value === null) return <MissingFile name={name} what="model" />;
  return (
    <InspectionPanel
      name={name}
      job={inspectJob}
      cost={({ memory }) =>
        `A diagnosis on ${state.examples.value} examples takes up to ${formatBytes(memory)} of memory.`
      }
    />
  );
}
