/** Dropped files of this room. */
import type { ReadonlySignal } from "@preact/signals";
import { createShelf, isDataFile } from "../../files/index.ts";
import { state } from "./state.ts";

const models = createShelf();
const data = createShelf();

/** The model that the address names, if it was dropped into this tab. */
export const modelFile: ReadonlySignal<File | null> = models.named(state.modelFile);
/** The data that the address names, if they were dropped into this tab. */
export const dataFile: ReadonlySignal<File | null> = data.named(state.dataFile);

/** Takes a model. */
export function takeModel(file: File): void {
  models.put(file);
  state.edit(() => {
    state.modelFile.value = file.name;
    state.wasRun.value = false;
    state.layer.value = 0;
  });
  state.commit();
}

/** Takes data. */
export function takeData(file: File): void {
  data.put(file);
  state.edit(() => {
    state.dataFile.value = file.name;
    state.data.value = "file";
    state.wasRun.value = false;
  });
  state.commit();
}

/** Takes what was dropped anywhere in the room: data by their ending, else a model, whose reader says what is wrong. */
export function takeAny(file: File): void {
  if (isDataFile(file)) takeData(file);
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
