/** What a run folder says about itself: enough to continue it, to repeat it, and to know what it must not be mixed with. */
import { createHash } from "node:crypto";

/** Version of the layout of run folders. */
export const RUN_SCHEMA = "isinglass/run/1";

/** A value that JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** What decides the numbers of a run. Two runs with equal plans have equal results. */
export interface RunPlan {
  /** Which computation: "trainability". */
  readonly kind: string;
  readonly version: string;
  readonly seed: number;
  readonly options: Readonly<Record<string, JsonValue>>;
  /** Steps by unique label; each draws its random numbers from a stream forked by its label. */
  readonly steps: readonly string[];
}

/** Content of `manifest.json`. */
export interface RunManifest extends RunPlan {
  readonly schema: typeof RUN_SCHEMA;
  /** SHA-256 of the plan. */
  readonly planHash: string;
  readonly machine: Readonly<Record<string, JsonValue>>;
}

/** SHA-256 of a plan's canonical JSON (keys sorted). */
export function hashPlan({ kind, version, seed, options, steps }: RunPlan): string {
  const text = JSON.stringify(sortKeys({ kind, version, seed, options, steps } as unknown as JsonValue));
  return createHash("sha256").update(text).digest("hex");
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Readonly<Record<string, JsonValue>>);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, sortKeys(entry)]),
  );
}
