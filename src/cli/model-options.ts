/** Arguments of commands that read ONNX files: sizes that the file leaves open. */
import { parseShapes } from "../engine/index.ts";
import type { Arguments } from "./command.ts";
import { readNumber, readText } from "./options.ts";

/** Sizes as `fromOnnx` takes them. */
export interface ModelSizes {
  readonly batch?: number;
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
}

/** Reads `--shape` and `--batch`. */
export function readSizes(args: Arguments): ModelSizes {
  const batch = readNumber(args, "batch", { min: 1, max: 1e6, integer: true });
  const text = readText(args, "shape");
  return {
    ...(batch === undefined ? {} : { batch }),
    ...(text === undefined ? {} : { shapes: parseShapes(text, "--shape") }),
  };
}
