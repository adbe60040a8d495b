/** Dropped models and data of this room. An address holds only their names. */
import { computed, effect, type ReadonlySignal } from "@preact/signals";
import { createInspectJob, createShelf, type InspectJob, isDataFile, isRefused } from "../../files/index.ts";
import { state } from "./state.ts";

const models = createShelf();
const data = createShelf();

/** The model that the address names, if it was dropped into this tab. */
export const modelFile: ReadonlySignal<File | null> = models.named(state.modelFile);
/** The data that the address names, if they were dropped into this tab. */
export const dataFile: ReadonlySignal<File | null> = data.named(state.dataFile);

/** Looks into the model. */
export const inspectJob: InspectJob = createInspectJob();

/** Whether files that are asked for are here, and the model, if one is meant, has no node that stands in the way. */
export const areFilesReady: ReadonlySignal<boolean> = computed(() => {
  if (state.dataFile.value !== "" && dataFile.value === null) return false;
  if (state.modelFile.value === "") return true;
  const status = inspectJob.status.value;
  return modelFile.value !== null && status.kind === "done" && !status.result.nodes.some(isRefused);
});

/** Takes what was dropped anywhere in the room. */
export function takeAny(file: File): void {
  const isData = isDataFile(file);
  (isData ? data : models).put(file);
  (isData ? state.dataFile : state.modelFile).commit(file.name);
}

/** Back to the text. */
export function forgetModel(): void {
  state.modelFile.commit("");
}

/** Back to the sample of MNIST. */
export function forgetData(): void {
  state.dataFile.commit("");
}

/** Looks into the model whenever it changes, until the returned function is called. */
export function followModel(): () => void {
  return effect(() => {
    const file = modelFile.value;
    const shapes = state.shapes.value;
    if (file === null) inspectJob.cancel();
    else void inspectJob.run({ file, shapes, examples: 1 });
  });
}
