/** What is wrong with a task file, in words: the field, what was received, what was expected. */
import type { z } from "zod";
import { FormatError, nearestWord } from "../../base/index.ts";

/** The file in one line. */
export const TASK_HINT =
  'expected {"X":[[..]],"y":[..],"Xtest":[[..]],"ytest":[..],"activation":"erf","width":20,"temperature":0.1}';

/** What every field has to hold. */
const EXPECTED: Readonly<Record<string, string>> = {
  X: "rows of finite numbers, one an example",
  y: "finite numbers, or rows of them for several outputs",
  Xtest: "rows of finite numbers, one an example",
  ytest: "finite numbers, or rows of them for several outputs",
  activation: 'a name or an expression of x, such as "erf"',
  width: "a whole number of hidden units, at least 1",
  widths: "whole numbers of hidden units, at least 1 each, such as [20, 30]",
  temperature: "a number of at least 0",
  weightPrecision: "a number above 0",
  readoutPrecision: "a number above 0",
  method: '"saddle", "two-parameter" or "mixture"',
  form: '"vanilla", "nested" or "full"',
  patches:
    'whole numbers {"shape":[channels, height, width],"mask":size}, with "stride" if it is not the mask',
};

/** The error of a file that is not what it should be. */
export function taskError(where: string, field: string, what: string, hint: string = TASK_HINT): FormatError {
  return new FormatError(`${where}${field === "" ? "" : `, field ${field}`}: ${what}`, { hint });
}

/** The first thing that a schema found wrong with `value`. */
export function describeIssue(where: string, value: unknown, issue: z.core.$ZodIssue): FormatError {
  const path = issue.path;
  if (issue.code === "unrecognized_keys") {
    const word = issue.keys[0] as string;
    const known = path.length === 0 ? Object.keys(EXPECTED) : ["shape", "mask", "stride"];
    const nearest = nearestWord(word, known);
    const hint = nearest === null ? TASK_HINT : `did you mean "${nearest}"?`;
    return taskError(where, nameOf([...path, word]), `is not known, expected ${known.join(", ")}`, hint);
  }
  const received = path.reduce<unknown>(
    (inner, key) => (inner as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key],
    value,
  );
  const expected = EXPECTED[String(path[0])] ?? "an object with the fields of a task";
  return taskError(where, nameOf(path), `received ${shown(received)}, expected ${expected}`);
}

/** A path as one writes it: y[3], patches.mask. */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) => (typeof key === "number" ? `[${key}]` : `${at === 0 ? "" : "."}${String(key)}`))
    .join("");
}

/** A value as the file holds it, cut where it is long. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 36)}...` : text;
}
