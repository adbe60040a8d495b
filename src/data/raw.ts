/**
 * Examples as a file stores them, before conversion: choosing classes, splitting and limiting work on row numbers,
 * so that only the chosen rows become float32.
 */
import { copyAsFloat32, type NumericArray, type NumericData, sizeOf } from "./array.ts";
import type { Dataset } from "./dataset.ts";

/** Rows of a file in their stored type. */
export interface RawExamples {
  readonly name: string;
  /** Row-major [count, ...shape]. */
  readonly values: NumericData;
  readonly labels: Uint8Array | Int32Array | null;
  readonly count: number;
  readonly shape: readonly number[];
  readonly classes: number | null;
  /** Factor applied at conversion: 1 / 255 for 8-bit pixels, else 1. */
  readonly scale: number;
  readonly provenance: readonly string[];
}

/** 8-bit pixels become 0 to 1; 8-bit arrays of zeros and ones stay as they are. */
export function pixelScale(array: NumericArray): number {
  return array.data instanceof Uint8Array && array.data.some((value) => value > 1) ? 1 / 255 : 1;
}

/** The sentence that states the scale. */
export function scaleNote(scale: number): string[] {
  return scale === 1 ? [] : ["8-bit values divided by 255"];
}

/** Converts the given rows to a dataset; `notes` are appended to the provenance. */
export function gatherExamples(
  raw: RawExamples,
  rows: ArrayLike<number>,
  notes: readonly string[] = [],
): Dataset {
  const width = sizeOf(raw.shape);
  const inputs = new Float32Array(rows.length * width);
  // a new array: slice() of a Buffer would share the labels that are still to be read
  const labels = raw.labels === null ? null : emptyLabels(raw.labels, rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    copyAsFloat32(raw.values, row * width, inputs.subarray(i * width, (i + 1) * width));
    if (labels !== null) labels[i] = (raw.labels as Uint8Array)[row] as number;
  }
  if (raw.scale !== 1) for (let i = 0; i < inputs.length; i++) inputs[i] = (inputs[i] as number) * raw.scale;
  return {
    name: raw.name,
    inputs,
    labels,
    count: rows.length,
    shape: raw.shape,
    classes: raw.classes,
    provenance: [...raw.provenance, ...scaleNote(raw.scale), ...notes],
  };
}

/** An array of the same type. */
export function emptyLabels(labels: Uint8Array | Int32Array, count: number): Uint8Array | Int32Array {
  return labels instanceof Int32Array ? new Int32Array(count) : new Uint8Array(count);
}
