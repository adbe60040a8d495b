/** The NETWORK argument: a specification as text or JSON, or the path of an ONNX file. */
import { stat } from "node:fs/promises";
import { platform } from "#platform";
import { FormatError } from "../base/index.ts";
import { type NetworkSpec, parseNetwork } from "../networks/index.ts";
import { type DiagnosableNetwork, openModel, openSpecification } from "../signal/index.ts";
import type { CommandContext } from "./command.ts";
import { readSizes } from "./model-options.ts";

/** Reads the NETWORK argument. */
export async function readNetwork(context: CommandContext): Promise<DiagnosableNetwork> {
  const text = String(context.args.network);
  await refuseFolder(text);
  const { seed, args } = context;
  if (/\.onnx$/i.test(text)) return openModel(text, { ...readSizes(args), seed, name: text });
  return openSpecification(await readSpec(text), { seed });
}

/** A specification from text, or from a JSON file. */
export async function readSpec(text: string): Promise<NetworkSpec> {
  await refuseFolder(text);
  if (!/\.json$/i.test(text)) return parseNetwork(text);
  return parseNetwork(new TextDecoder().decode(await platform.readFile(text)));
}

/** A path that can be no specification, and is a folder. */
async function refuseFolder(text: string): Promise<void> {
  if (!/^[^\s:]*$/.test(text)) return;
  const found = await stat(text).catch(() => null);
  if (found?.isDirectory() !== true) return;
  throw new FormatError(`${text}: is a folder, expected a specification, a .json file or an .onnx file`, {
    hint: "name a file inside it, or give a specification such as '784-300x50-10 tanh'",
  });
}
