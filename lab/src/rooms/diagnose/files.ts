/** Dropped files, by name, as long as the tab lives: an address holds only their names. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { state } from "./state.ts";

const models = signal<ReadonlyMap<string, File>>(new Map());
const data = signal<ReadonlyMap<string, File>>(new Map());

/** The model that the address names, if it was dropped into this tab. */
export const modelFile: ReadonlySignal<File | null> = computed(
  () => models.value.get(state.modelFile.value) ?? null,
);
/** The data that the address names, if they were dropped into this tab. */
export const dataFile: ReadonlySignal<File | null> = computed(
  () => data.value.get(state.dataFile.value) ?? null,
);

/** Endings of data files that are read. */
export const DATA_ENDINGS = [".npy", ".npz", ".csv", ".safetensors", ".gz"] as const;

/** Takes a model. */
export function takeModel(file: File): void {
  models.value = new Map(models.peek()).set(file.name, file);
  state.edit(() => {
    state.modelFile.value = file.name;
    state.wasRun.value = false;
    state.layer.value = 0;
  });
  state.commit();
}

/** Takes data. */
export function takeData(file: File): void {
  data.value = new Map(data.peek()).set(file.name, file);
  state.edit(() => {
    state.dataFile.value = file.name;
    state.data.value = "file";
    state.wasRun.value = false;
  });
  state.commit();
}

/** Takes what was dropped anywhere in the room: data by their ending, else a model, whose reader says what is wrong. */
export function takeAny(file: File): void {
  const isData = DATA_ENDINGS.some((ending) => file.name.toLowerCase().endsWith(ending));
  if (isData) takeData(file);
  else takeModel(file);
}

/** Back to the text. */
export function dropModel(): void {
  state.edit(() => {
    state.modelFile.value = "";
    state.wasRun.value = false;
    state.layer.value = 0;
  });
  state.commit();
}
