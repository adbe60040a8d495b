/** The folder of a run: the one named by `--run`, or one named after the plan, so that the same command continues it. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { checkWritable, hashPlan, type JsonValue } from "../runs/index.ts";
import type { CommandContext } from "./command.ts";
import { readText } from "./options.ts";

/** What a run without `--run` is named after. */
export interface NamedPlan {
  readonly kind: string;
  readonly version: string;
  readonly seed: number;
  readonly [option: string]: unknown;
}

/** The path of the run folder; its parent exists then. */
export function chooseRunFolder({ args }: CommandContext, plan: NamedPlan): string {
  const named = readText(args, "run");
  if (named !== undefined) return named;
  const { kind, version, seed, ...options } = plan;
  const hash = hashPlan({
    ...{ kind, version, seed, steps: [] },
    options: JSON.parse(JSON.stringify(options)) as Readonly<Record<string, JsonValue>>,
  });
  const path = `runs/${kind}-${hash.slice(0, 8)}`;
  if (!existsSync(dirname(path))) {
    checkWritable(dirname(path));
    mkdirSync(dirname(path));
  }
  return path;
}
