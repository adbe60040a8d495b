/** Shapes of inputs as people type them: `input=1,3,224,224;mask=1,8`. */
import { SpecError } from "../../base/index.ts";

/**
 * Reads shapes by input name; sizes are joined by commas or x, inputs by semicolons.
 *
 * @param text - empty for none.
 * @param where - what errors call the text.
 * @throws SpecError for a text of another form.
 *
 * @example
 * ```ts
 * import { parseShapes } from "isinglass/engine";
 * parseShapes("input=1,3,8,8").input; // => [1, 3, 8, 8]
 * ```
 */
export function parseShapes(text: string, where = "shape"): Readonly<Record<string, readonly number[]>> {
  if (text.trim() === "") return {};
  return Object.fromEntries(text.split(";").map((part) => parseShape(part, where)));
}

function parseShape(text: string, where: string): [string, number[]] {
  const [name = "", sizes = ""] = text.split("=", 2);
  const shape = sizes.split(/[,x]/).map(Number);
  if (name.trim() === "" || !shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new SpecError(`${where}: cannot read "${text}", expected NAME=SIZE,SIZE,...`, {
      hint: `for example ${where.startsWith("--") ? `${where} ` : ""}input=1,3,224,224`,
    });
  }
  return [name.trim(), shape];
}
