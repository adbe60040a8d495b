/** Arguments of commands that read ONNX files: sizes that the file leaves open. */
import { SpecError } from "../base/index.ts";
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
    ...(text === undefined ? {} : { shapes: Object.fromEntries(text.split(";").map(readShape)) }),
  };
}

function readShape(text: string): [string, number[]] {
  const [name = "", sizes = ""] = text.split("=", 2);
  const shape = sizes.split(/[,x]/).map(Number);
  if (name === "" || !shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new SpecError(`--shape: cannot read "${text}", expected NAME=SIZE,SIZE,...`, {
      hint: "for example --shape input=1,3,224,224",
    });
  }
  return [name.trim(), shape];
}
