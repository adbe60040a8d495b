/** The one table of operators: every question about an operator is answered by its entry. */
import { activations } from "./activations.ts";
import { arithmetic } from "./arithmetic.ts";
import { control } from "./control.ts";
import type { Operator } from "./definition.ts";
import { elementary } from "./elementary.ts";
import { layout } from "./layout.ts";
import { logic } from "./logic.ts";
import { matrix } from "./matrix.ts";
import { reductions } from "./reductions.ts";

const table: ReadonlyMap<string, Operator> = new Map(
  [
    ...elementary,
    ...activations,
    ...arithmetic,
    ...logic,
    ...matrix,
    ...reductions,
    ...layout,
    ...control,
  ].map((entry) => [keyOf(entry.name, entry.domain), entry]),
);

function keyOf(name: string, domain: string): string {
  return domain === "" || domain === "ai.onnx" ? name : `${domain}.${name}`;
}

/**
 * The registry entry of an operator, null when there is none.
 * @example
 * ```ts
 * operatorOf("Tanh")?.differentiable; // "yes"
 * ```
 */
export function operatorOf(name: string, domain = ""): Operator | null {
  return table.get(keyOf(name, domain)) ?? null;
}

/** All entries, by name. */
export function operators(): readonly Operator[] {
  return [...table.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
