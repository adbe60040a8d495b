/** The JSON form of a regression task with its network: what `isinglass effective-action` reads. */
import { z } from "zod";
import { FormatError, SpecError } from "../../base/index.ts";
import { resolveActivation } from "../../networks/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import type { DeepForm } from "./deep-action.ts";
import { describeIssue, TASK_HINT, taskError } from "./task-errors.ts";
import type { ActionMethod, RegressionTask } from "./types.ts";

/** Largest number in data. */
const LARGEST = 1e150;

const rows = z.array(z.array(z.number()).min(1)).min(1);

const targets = z.union([z.array(z.number()).min(1), rows]);

const patchSchema = z.strictObject({
  shape: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]),
  mask: z.int().min(1),
  stride: z.int().min(1).optional(),
});

const taskSchema = z.strictObject({
  X: rows,
  y: targets,
  Xtest: rows,
  ytest: targets,
  activation: z.string().min(1),
  width: z.int().min(1).optional(),
  widths: z.array(z.int().min(1)).min(1).optional(),
  temperature: z.number().min(0),
  weightPrecision: z.number().positive().default(1),
  readoutPrecision: z.number().positive().default(1),
  method: z.enum(["saddle", "two-parameter", "mixture"]).default("saddle"),
  form: z.enum(["vanilla", "nested", "full"]).default("vanilla"),
  patches: patchSchema.optional(),
});

/** A task and the options of its network; the activation is still a name. */
export interface TaskFile {
  /** The task of the first output. */
  readonly task: RegressionTask;
  /** Y, [P, D], and Y*, [M, D]. */
  readonly outputs: { readonly targets: Matrix; readonly testTargets: Matrix };
  readonly activation: string;
  /** Units of the first hidden layer. */
  readonly width: number;
  /** Units of every hidden layer. */
  readonly widths: readonly number[];
  readonly temperature: number;
  readonly weightPrecision: number;
  readonly readoutPrecision: number;
  readonly method: ActionMethod;
  readonly form: DeepForm;
  /** A convolutional layer: `width` counts its channels. */
  readonly patches: TaskPatches | null;
}

/** How inputs are cut into patches. */
export interface TaskPatches {
  readonly shape: readonly [number, number, number];
  readonly mask: number;
  readonly stride?: number;
}

/**
 * Reads the JSON form. Rows in y and ytest are several outputs; `widths` instead of `width` are several hidden layers; `patches` is a
 * convolutional layer. Optional fields are weightPrecision, readoutPrecision (both 1), method ("saddle") and form ("vanilla").
 *
 * @param where - named in errors, such as the path of the file.
 * @throws FormatError naming the first wrong field, what it holds and what was expected; sizes that do not fit and an unknown
 * activation included.
 */
export function parseTaskFile(text: string, where: string): TaskFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const isNumber = /\b(NaN|Infinity)\b/.test(text);
    throw new FormatError(`${where}: received no JSON (${(cause as Error).message}), expected a task`, {
      hint: isNumber
        ? "JSON knows no NaN and no Infinity: leave out examples with missing values"
        : TASK_HINT,
      cause,
    });
  }
  checkNumbers(value, where);
  const parsed = taskSchema.safeParse(value);
  if (!parsed.success) throw describeIssue(where, value, parsed.error.issues[0] as z.core.$ZodIssue);
  const { X, y, Xtest, ytest, width, widths, patches, ...options } = parsed.data;
  if ((width === undefined) === (widths === undefined)) {
    const received = width === undefined ? "neither width nor widths" : "width and widths";
    throw taskError(where, "", `received ${received}, expected one of the two`);
  }
  checkActivation(options.activation, where);
  const inputs = matrixOf(X, "X", where);
  const testInputs = matrixOf(Xtest, "Xtest", where);
  const outputs = { targets: targetsOf(y, "y", where), testTargets: targetsOf(ytest, "ytest", where) };
  const facts = [
    ["X and y", "rows", inputs.rows, outputs.targets.rows],
    ["Xtest and ytest", "rows", testInputs.rows, outputs.testTargets.rows],
    ["X and Xtest", "features", inputs.cols, testInputs.cols],
    ["y and ytest", "outputs", outputs.targets.cols, outputs.testTargets.cols],
  ] as const;
  for (const [names, what, first, second] of facts) {
    if (first !== second) {
      throw taskError(where, "", `${names} have ${first} and ${second} ${what}, expected equal numbers`);
    }
  }
  const layers = widths ?? [width as number];
  return {
    task: {
      inputs,
      targets: firstColumn(outputs.targets),
      testInputs,
      testTargets: firstColumn(outputs.testTargets),
    },
    outputs,
    ...options,
    width: layers[0] as number,
    widths: layers,
    patches: patches === undefined ? null : withoutUndefined(patches),
  };
}

/** Throws FormatError for an activation that is no name and no expression. */
function checkActivation(activation: string, where: string): void {
  try {
    resolveActivation(activation);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new FormatError(`${where}, field activation: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

/** Throws FormatError naming the first entry of the data that is no number, and data without rows. */
function checkNumbers(value: unknown, where: string): void {
  if (typeof value !== "object" || value === null) return;
  for (const name of ["X", "y", "Xtest", "ytest"] as const) {
    const field = (value as Readonly<Record<string, unknown>>)[name];
    if (!Array.isArray(field)) continue;
    if (field.length === 0) {
      throw taskError(where, name, "received no examples, expected at least one");
    }
    const walk = (entry: unknown, place: string): void => {
      if (Array.isArray(entry)) {
        for (const [i, one] of entry.entries()) walk(one, `${place}[${i}]`);
      } else if (typeof entry !== "number" || !Number.isFinite(entry)) {
        throw taskError(
          where,
          place,
          `received ${JSON.stringify(entry)}, expected a finite number`,
          "leave out examples with missing values",
        );
      } else if (Math.abs(entry) > LARGEST) {
        throw taskError(
          where,
          place,
          `received ${entry}, expected at most ${LARGEST}, since squares are added`,
          "rescale the data",
        );
      }
    };
    walk(field, name);
  }
}

function withoutUndefined({ shape, mask, stride }: z.infer<typeof patchSchema>): TaskPatches {
  return { shape, mask, ...(stride === undefined ? {} : { stride }) };
}

function targetsOf(values: readonly (number | readonly number[])[], name: string, where: string): Matrix {
  return matrixOf(
    values.map((value) => (typeof value === "number" ? [value] : value)),
    name,
    where,
  );
}

function firstColumn({ rows: count, cols, data }: Matrix): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => data[i * cols] as number);
}

function matrixOf(values: readonly (readonly number[])[], name: string, where: string): Matrix {
  const cols = (values[0] as readonly number[]).length;
  const ragged = values.findIndex((row) => row.length !== cols);
  if (ragged >= 0) {
    throw taskError(
      where,
      `${name}[${ragged}]`,
      `received ${values[ragged]?.length} numbers, expected ${cols} as in ${name}[0]`,
    );
  }
  return { rows: values.length, cols, data: Float64Array.from(values.flat()) };
}
