/** Arguments of commands that train. */
import type { ArgsDef } from "citty";
import { SpecError } from "../base/index.ts";
import type { OptimizerSpec } from "../engine/index.ts";
import type { Arguments } from "./command.ts";
import { readText } from "./options.ts";
import { suggest } from "./suggest.ts";

/** Optimisers by the name on the command line. */
const OPTIMIZERS: Readonly<Record<string, OptimizerSpec>> = {
  sgd: { kind: "sgd" },
  momentum: { kind: "sgd", momentum: 0.9 },
  adam: { kind: "adam" },
  adamw: { kind: "adamw" },
};

/** `--optimizer`, `--rate` and `--batch-size`. */
export const TRAINING_OPTIONS: ArgsDef = {
  optimizer: {
    type: "string",
    valueHint: "NAME",
    default: "sgd",
    description: `${Object.keys(OPTIMIZERS).join(", ")} (momentum is 0.9)`,
  },
  rate: { type: "string", valueHint: "R", description: "learning rate" },
  "batch-size": { type: "string", valueHint: "N", default: "100", description: "examples in a step" },
};

/** Reads `--optimizer`. */
export function readOptimizer(args: Arguments): OptimizerSpec {
  const name = readText(args, "optimizer") ?? "sgd";
  const optimizer = OPTIMIZERS[name];
  if (optimizer !== undefined) return optimizer;
  const known = Object.keys(OPTIMIZERS);
  throw new SpecError(`--optimizer: received "${name}", expected ${known.join(", ")}`, {
    hint: `--optimizer ${suggest(name, known) ?? "sgd"}`,
  });
}
