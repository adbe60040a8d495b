/** The command line and the library program that make the numbers of a learning curve. */
import { biasedProgram } from "./biased-program.ts";
import { dynamicsOptions, specificationOf } from "./specification.ts";
import type { CurveRequest, SamplingRequest, TaskRequest } from "./types.ts";

/** Entries of an MNIST image. */
const PIXELS = 784;

/** The command; a teacher's data have to be given to it as a file, which one hidden layer only can take. */
export function commandLine(request: CurveRequest): string | null {
  const { task, activation, depth, width, temperature, weightVariance, largest, seed, sampling, form } =
    request;
  // commands of learning curves take no biases
  if (request.biasVariance !== undefined) return null;
  if (task.kind === "teacher") return depth === 1 ? "isinglass effective-action teacher-task.json" : null;
  const layers = depth === 1 ? String(width) : `${width}x${depth}`;
  const variance = weightVariance === 1 ? "" : ` sw2=${weightVariance}`;
  const words = [
    `isinglass generalize '${PIXELS}-${layers}-1 ${activation.replaceAll(" ", "")}${variance}'`,
    "--data mnist-sample",
    ...(task.kind === "pair" ? [`--classes ${task.classes.join(",")}`] : []),
    `--train ${largest} --temperature ${temperature}`,
    // the command chooses the sampler itself
    ...(sampling === null || sampling.dynamics !== undefined
      ? []
      : [`--sample --chains ${sampling.chains} --samples ${sampling.samples} --burn-in ${sampling.burnIn}`]),
    ...(form === "vanilla" ? [] : [`--form ${form}`]),
    `--seed ${seed}`,
  ];
  return words.join(" ");
}

/** The program. */
export function program(request: CurveRequest): string {
  if (request.biasVariance !== undefined) return biasedProgram(request, taskLines);
  const { task, activation, depth, width, temperature, weightVariance, largest, seed, sampling, form } =
    request;
  const isTeacher = task.kind === "teacher";
  const dynamics = sampling?.dynamics === undefined ? null : sampling;
  const own = sampling !== null && dynamics === null ? sampling : null;
  const solver = own === null ? "predictLearningCurve" : "sampleLearningCurve";
  const precision = 1 / weightVariance;
  const names = [
    ...["halvedSizes", solver, isTeacher ? "drawTeacherTask" : "taskOfLabels"],
    ...(dynamics === null ? [] : ["firstExamples", "sampleNetworkPosterior"]),
  ];
  const options = [
    "sizes",
    ...(form === "vanilla" ? [] : [`form: "${form}"`]),
    ...(own === null ? [] : [`sampling: { stream, ${settings({ ...own })} }`]),
  ];
  const networkNames = dynamics === null ? "resolveActivation" : "parseNetwork, resolveActivation";
  return `import { ${names.sort().join(", ")} } from "isinglass/bayes";
${isTeacher ? "" : 'import { loadDataset } from "isinglass/data";\n'}import { loadKernels } from "isinglass/kernels";
import { ${networkNames} } from "isinglass/networks";
${isTeacher || sampling !== null ? 'import { createStream } from "isinglass/numerics";\n' : ""}
const activation = resolveActivation(${JSON.stringify(activation)});
${taskLines(task, largest, seed)}
const network = {
  activation, depth: ${depth}, width: ${width}, temperature: ${temperature},
  weightPrecision: ${precision}, readoutPrecision: ${precision},
};
const sizes = halvedSizes(${largest});
${sampling === null ? "" : `const stream = createStream(${seed}).fork("posterior");\n`}const options = { ${options.join(", ")} };
${dynamics === null ? "" : networkLines(request, dynamics)}for (const point of ${own === null ? "" : "await "}${solver}(task, network, options, await loadKernels())) {
${dynamics === null ? "" : sampleLines}  console.log(point.examples, point.infiniteWidth.error.value, point.finiteWidth.error.value, point.q${sampling === null ? "" : dynamics === null ? ", point.sampled.error.value" : ", sampled.error.value"});
}
`;
}

/** { a: 1, b: "c" } without its braces. */
function settings(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ");
}

function networkLines(request: CurveRequest, sampling: SamplingRequest): string {
  const inputs = request.task.kind === "teacher" ? request.task.inputs : PIXELS;
  return `const spec = parseNetwork(${JSON.stringify(specificationOf(request, inputs))});
const how = { temperature: ${request.temperature}, ${settings({ ...dynamicsOptions(sampling) })} };
`;
}

const sampleLines = `  const own = { ...how, stream: stream.fork(point.examples) };
  const sampled = await sampleNetworkPosterior(spec, firstExamples(task, point.examples), own);
`;

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
