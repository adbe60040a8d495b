/** What `classify` reads: examples with classes, all of the data's or the two that `--target` makes of them. */
import { SpecError } from "../base/index.ts";
import {
  type ClassifierMethod,
  classifierMethods,
  type LabelledExamples,
  taskOfLabels,
} from "../bayes/index.ts";
import type { Dataset } from "../data/index.ts";
import type { NetworkSpec } from "../networks/index.ts";
import type { Arguments, CommandContext } from "./command.ts";
import { readLabelledData } from "./generalize-task.ts";
import { readNumber, readText } from "./options.ts";

/** Examples to classify. */
export interface ClassifyTask {
  readonly examples: LabelledExamples;
  readonly testLabels: ArrayLike<number>;
  /** What the classes 0 .. C - 1 are called. */
  readonly names: readonly string[];
  readonly description: string;
}

/** Loads `--data`; with `--target` its classes become two. */
export async function readClassifyTask(
  spec: NetworkSpec,
  context: CommandContext,
  count: number,
): Promise<ClassifyTask> {
  const { train, test, classes } = await readLabelledData(spec, context, count);
  const target = readText(context.args, "target");
  if (target !== undefined) {
    const { task, description } = taskOfLabels(train, test, { classes, target });
    const zeroOrOne = (targets: Float64Array): Float64Array => targets.map((y) => (y > 0 ? 1 : 0));
    const names = target === "parity" ? ["even", "odd"] : [`not ${target}`, target];
    return {
      examples: {
        inputs: task.inputs,
        labels: zeroOrOne(task.targets),
        testInputs: task.testInputs,
        classes: 2,
      },
      testLabels: zeroOrOne(task.testTargets),
      names,
      description: description.replace(/, target .*/, `, ${names.join(" against ")}`),
    };
  }
  if (test === null || train.labels === null || test.labels === null || train.classes === null) {
    throw new SpecError(`classify: ${train.name} has no labels or no test set`, {
      hint: "--data mnist, or a labelled data set",
    });
  }
  const names = Array.from({ length: train.classes }, (_, c) => String(classes?.[c] ?? c));
  return {
    examples: {
      inputs: matrixOf(train),
      labels: train.labels,
      testInputs: matrixOf(test),
      classes: train.classes,
    },
    testLabels: test.labels,
    names,
    description: `${train.name}: ${train.count} training and ${test.count} test examples of the classes ${names.join(", ")}`,
  };
}

/** Throws SpecError unless the last layer has one unit for two classes, or one for each class. */
export function checkOutputs(outputs: number, { examples: { classes } }: ClassifyTask): void {
  if (outputs === classes || (outputs === 1 && classes === 2)) return;
  const expected = classes === 2 ? "1 or 2" : String(classes);
  throw new SpecError(
    `classify: the network has ${outputs} outputs and the data ${classes} classes, expected ${expected} outputs`,
    { hint: "change the last number of the specification, or --classes" },
  );
}

/** `--method`; undefined without it. */
export function readMethod(args: Arguments): ClassifierMethod | "regression" | undefined {
  const text = readText(args, "method");
  if (text === "regression") return text;
  const known = classifierMethods.find((method) => method === text || (text === "ep" && method[0] === "e"));
  if (text === undefined || known !== undefined) return known;
  throw new SpecError(
    `--method: received "${text}", expected ${classifierMethods.join(", ")} or regression`,
    {
      hint: "--method laplace",
    },
  );
}

/** `--amplitude`: a factor, or "evidence". */
export function readAmplitude(args: Arguments): number | "evidence" {
  if (args.amplitude === "evidence") return "evidence";
  return readNumber(args, "amplitude", { min: 0, open: true }) ?? 1;
}

function matrixOf({ inputs, count }: Dataset): LabelledExamples["inputs"] {
  return { rows: count, cols: inputs.length / count, data: Float64Array.from(inputs) };
}
