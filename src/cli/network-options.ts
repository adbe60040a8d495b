/** The NETWORK argument: a specification as text or JSON, or the path of an ONNX file. */
import { readFile } from "node:fs/promises";
import type { ArgsDef } from "citty";
import { platform } from "#platform";
import type { Dataset } from "../data/index.ts";
import { type NetworkSpec, parseNetwork } from "../networks/index.ts";
import { createStream } from "../numerics/index.ts";
import type { Diagnosis, MeasureOptions } from "../signal/index.ts";
import { diagnoseSpec, writeCriticalSpec } from "../signal/index.ts";
import type { CommandContext } from "./command.ts";

/** NETWORK. */
export const NETWORK_ARGUMENT: ArgsDef = {
  network: {
    type: "positional",
    required: true,
    description: "a specification such as '784-300x50-10 tanh', a .json file of one, or an .onnx file",
  },
};

/** A network that can be diagnosed, whatever it was read from. */
export interface ReadNetwork {
  readonly inputShape: readonly number[];
  readonly diagnose: (data: Dataset, options: MeasureOptions) => Promise<Diagnosis>;
  /** Writes the network with critical parameters. */
  readonly writeFix: (path: string, diagnosis: Diagnosis, context: CommandContext) => Promise<void>;
}

/** Reads the NETWORK argument. */
export async function readNetwork(context: CommandContext): Promise<ReadNetwork> {
  const text = String(context.args.network);
  const spec = await readSpec(text);
  const stream = createStream(context.seed);
  return {
    inputShape: spec.input,
    diagnose: (data, options) => diagnoseSpec(spec, data, stream.fork("diagnose"), options),
    writeFix: (path, diagnosis, { args }) =>
      platform.writeFile(path, writeCriticalSpec(spec, diagnosis, stream.fork("fix")), {
        overwrite: args.force === true,
      }),
  };
}

/** A specification from text, or from a JSON file. */
export async function readSpec(text: string): Promise<NetworkSpec> {
  return parseNetwork(/\.json$/i.test(text) ? await readFile(text, "utf8") : text);
}
