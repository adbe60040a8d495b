/** The measurement that the state asks for, and marks that tell measurements apart. */
import { computed, type ReadonlySignal } from "@preact/signals";
import { areFilesReady, dataFile, modelFile } from "./files.ts";
import { spec, state } from "./state.ts";
import type { FlowRequest } from "./types.ts";

/** The measurement that the state asks for, or that of another specification; signals are followed. */
export function requestOf(specification?: string): FlowRequest {
  const isModel = specification === undefined && state.modelFile.value !== "";
  return {
    network: isModel ? state.modelFile.value : (specification ?? state.network.value),
    ...{ seed: state.seed.value, draws: state.draws.value, batches: state.batches.value },
    ...{ batch: state.batch.value, rate: state.rate.value, testBatch: state.testBatch.value },
    ...(isModel ? { model: { file: modelFile.value, shapes: state.shapes.value } } : {}),
    ...(state.dataFile.value === "" ? {} : { data: { name: state.dataFile.value, file: dataFile.value } }),
  };
}

/** Whether it can be measured. */
export const isReady: ReadonlySignal<boolean> = computed(
  () => areFilesReady.value && (state.modelFile.value !== "" || spec.value !== null),
);

/** The same numbers have the same key. */
export function keyOf(request: FlowRequest): string {
  return JSON.stringify(request, (_, value: unknown) =>
    value instanceof File ? [value.name, value.size, value.lastModified] : value,
  );
}

/** A short mark of a measurement (FNV-1a of its key). */
export function markOf(request: FlowRequest): string {
  let hash = 0x811c9dc5;
  for (const character of keyOf(request))
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  return (hash >>> 0).toString(36);
}
