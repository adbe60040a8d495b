/** The JSON form of a regression task with its network: what `isinglass effective-action` reads. */
import { z } from "zod";
import { FormatError, ShapeError } from "../../base/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import type { ActionMethod, RegressionTask } from "./types.ts";

const rows = z.array(z.array(z.number()).min(1)).min(1);

const taskSchema = z.strictObject({
  X: rows,
  y: z.array(z.number()).min(1),
  Xtest: rows,
  ytest: z.array(z.number()).min(1),
  activation: z.string().min(1),
  width: z.number().positive(),
  temperature: z.number().min(0),
  weightPrecision: z.number().positive().default(1),
  readoutPrecision: z.number().positive().default(1),
  method: z.enum(["saddle", "two-parameter", "mixture"]).default("saddle"),
});

/** A task and the options of its network; the activation is still a name. */
export interface TaskFile {
  readonly task: RegressionTask;
  readonly activation: string;
  readonly width: number;
  readonly temperature: number;
  readonly weightPrecision: number;
  readonly readoutPrecision: number;
  readonly method: ActionMethod;
}

const hint =
  'expected {"X":[[..]],"y":[..],"Xtest":[[..]],"ytest":[..],"activation":"erf","width":20,"temperature":0.1}';

/**
 * Reads the JSON form; optional fields are weightPrecision, readoutPrecision (both 1) and method ("saddle").
 *
 * @param where - named in errors, such as the path of the file.
 * @throws FormatError naming the first wrong field; ShapeError for rows of unequal length or sizes that do not fit.
 */
export function parseTaskFile(text: string, where: string): TaskFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`${where}: ${(cause as Error).message}`, { hint, cause });
  }
  const parsed = taskSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FormatError(`${where}, field ${issue?.path.join(".") || "(root)"}: ${issue?.message}`, {
      hint,
    });
  }
  const { X, y, Xtest, ytest, ...options } = parsed.data;
  const inputs = matrixOf(X, "X", where);
  const testInputs = matrixOf(Xtest, "Xtest", where);
  const facts = [
    ["X and y", "rows", inputs.rows, y.length],
    ["Xtest and ytest", "rows", testInputs.rows, ytest.length],
    ["X and Xtest", "features", inputs.cols, testInputs.cols],
  ] as const;
  for (const [names, what, first, second] of facts) {
    if (first !== second) {
      throw new ShapeError(`${where}: ${names} have ${first} and ${second} ${what}, expected equal numbers`);
    }
  }
  return {
    task: { inputs, targets: Float64Array.from(y), testInputs, testTargets: Float64Array.from(ytest) },
    ...options,
  };
}

function matrixOf(values: readonly (readonly number[])[], name: string, where: string): Matrix {
  const cols = (values[0] as readonly number[]).length;
  const ragged = values.findIndex((row) => row.length !== cols);
  if (ragged >= 0) {
    throw new ShapeError(
      `${where}: ${name}[${ragged}] has ${values[ragged]?.length} entries and ${name}[0] has ${cols}, expected equal rows`,
    );
  }
  return { rows: values.length, cols, data: Float64Array.from(values.flat()) };
}
