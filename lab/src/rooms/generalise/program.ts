/** The command line and the library program that make the numbers of a learning curve. */
import type { CurveRequest, TaskRequest } from "./types.ts";

/** Entries of an MNIST image. */
const PIXELS = 784;

/** The command; a teacher's data have to be given to it as a file, which one hidden layer only can take. */
export function commandLine(request: CurveRequest): string | null {
  const { task, activation, depth, width, temperature, weightVariance, largest, seed, sampling, form } =
    request;
  if (task.kind === "teacher") return depth === 1 ? "isinglass effective-action teacher-task.json" : null;
  const layers = depth === 1 ? String(width) : `${width}x${depth}`;
  const variance = weightVariance === 1 ? "" : ` sw2=${weightVariance}`;
  const words = [
    `isinglass generalize '${PIXELS}-${layers}-1 ${activation.replaceAll(" ", "")}${variance}'`,
    "--data mnist-sample",
    ...(task.kind === "pair" ? [`--classes ${task.classes.join(",")}`] : []),
    `--train ${largest} --temperature ${temperature}`,
    ...(sampling === null
      ? []
      : [`--sample --chains ${sampling.chains} --samples ${sampling.samples} --burn-in ${sampling.burnIn}`]),
    ...(form === "vanilla" ? [] : [`--form ${form}`]),
    `--seed ${seed}`,
  ];
  return words.join(" ");
}

/** The program. */
export function program(request: CurveRequest): string {
  const { task, activation, depth, width, temperature, weightVariance, largest, seed, sampling, form } =
    request;
  const options = form === "vanilla" ? "sizes" : `sizes, form: "${form}"`;
  const precision = 1 / weightVariance;
  const isTeacher = task.kind === "teacher";
  const names = ["halvedSizes", "predictLearningCurve", isTeacher ? "drawTeacherTask" : "taskOfLabels"];
  const needsStream = isTeacher || sampling !== null;
  return `import { ${names.sort().join(", ")} } from "isinglass/bayes";
${isTeacher ? "" : 'import { loadDataset } from "isinglass/data";\n'}import { loadKernels } from "isinglass/kernels";
import { resolveActivation } from "isinglass/networks";
${needsStream ? 'import { createStream } from "isinglass/numerics";\n' : ""}
const activation = resolveActivation(${JSON.stringify(activation)});
${taskLines(task, largest, seed)}
const network = {
  activation, depth: ${depth}, width: ${width}, temperature: ${temperature},
  weightPrecision: ${precision}, readoutPrecision: ${precision},
};
const sizes = halvedSizes(${largest});
${
  sampling === null
    ? `const options = { ${options} };`
    : `const stream = createStream(${seed}).fork("posterior");
const options = { ${options}, sampling: { stream, chains: ${sampling.chains}, samples: ${sampling.samples}, burnIn: ${sampling.burnIn} } };`
}
for (const point of predictLearningCurve(task, network, options, await loadKernels())) {
  console.log(point.examples, point.infiniteWidth.error.value, point.finiteWidth.error.value, point.q${sampling === null ? "" : ", point.sampled.error.value"});
}
`;
}

function taskLines(task: TaskRequest, largest: number, seed: number): string {
  if (task.kind === "teacher")
    return `const task = drawTeacherTask({
  stream: createStream(${seed}).fork("teacher"), activation,
  inputs: ${task.inputs}, units: ${task.units}, noise: ${task.noise}, examples: ${largest}, tests: 500,
});`;
  const classes = task.kind === "pair" ? `[${task.classes.join(", ")}]` : null;
  return `const { train, test } = await loadDataset("mnist-sample", {
  train: ${largest}, seed: ${seed}, standardize: "global"${classes === null ? "" : `, classes: ${classes}`},
});
const { task } = taskOfLabels(train, test${classes === null ? "" : `, { classes: ${classes} }`});`;
}
