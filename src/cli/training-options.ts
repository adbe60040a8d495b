/** Arguments of commands that train. */
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
