/** The one table of operators: every question about an operator is answered by its entry. */

import { activations } from "./activations.ts";
import { arithmetic } from "./arithmetic.ts";
import { batchNormalisation } from "./batch-normalisation.ts";
import { control } from "./control.ts";
import { convolution } from "./convolution.ts";
import { transposedConvolution } from "./convolution-transpose.ts";
import type { Operator } from "./definition.ts";
import { einsum } from "./einsum.ts";
import { elementary } from "./elementary.ts";
import { gathering } from "./gather.ts";
import { generation } from "./generation.ts";
import { joining } from "./joining.ts";
import { layout } from "./layout.ts";
import { logic } from "./logic.ts";
import { matrix } from "./matrix.ts";
import { maxPooling } from "./max-pooling.ts";
import { normalisation } from "./normalisation.ts";
import { ordering } from "./ordering.ts";
import { padding } from "./padding.ts";
import { patterns } from "./patterns.ts";
import { pooling } from "./pooling.ts";
import { reductions } from "./reductions.ts";
import { resampling } from "./resize.ts";
import { scattering } from "./scatter.ts";
import { slicing } from "./slicing.ts";
import { softmaxes } from "./softmax.ts";
import { spaceDepth } from "./space-depth.ts";

const families: readonly (readonly Operator[])[] = [
  activations,
  arithmetic,
  control,
  convolution,
  transposedConvolution,
  einsum,
  elementary,
  generation,
  gathering,
  scattering,
  patterns,
  batchNormalisation,
  slicing,
  joining,
  layout,
  logic,
  matrix,
  maxPooling,
  normalisation,
  ordering,
  padding,
  pooling,
  reductions,
  resampling,
  softmaxes,
  spaceDepth,
];

const table: ReadonlyMap<string, Operator> = new Map(
  families.flat().map((entry) => [keyOf(entry.name, entry.domain), entry]),
);

function keyOf(name: string, domain: string): string {
  return domain === "" || domain === "ai.onnx" ? name : `${domain}.${name}`;
}

/**
 * The registry entry of an operator, null when there is none.
 * @example
 * ```ts
 * operatorOf("Tanh")?.differentiable; // => "yes"
 * ```
 */
export function operatorOf(name: string, domain = ""): Operator | null {
  return table.get(keyOf(name, domain)) ?? null;
}

/** All entries, by name. */
export function operators(): readonly Operator[] {
  return [...table.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
