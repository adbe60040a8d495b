/** The library program of a learning curve with biases: theory at infinite width, and samples of all weights and biases. */
import { dynamicsOptions, specificationOf } from "./specification.ts";
import type { CurveRequest, TaskRequest } from "./types.ts";

/** Entries of an MNIST image. */
const PIXELS = 784;

/** The program; `taskLines` write the task. */
export function biasedProgram(
  request: CurveRequest,
  taskLines: (task: TaskRequest, largest: number, seed: number) => string,
): string {
  const { task, activation, depth, temperature, weightVariance, biasVariance, largest, seed, sampling } =
    request;
  const isTeacher = task.kind === "teacher";
  const names = [
    ...["errorsOf", "firstExamples", "halvedSizes", "solveDenseKernels", "solveGaussianProcess"],
    ...["solveKernelDiagonal", "uniformKernelSpec", isTeacher ? "drawTeacherTask" : "taskOfLabels"],
    ...(sampling === null ? [] : ["sampleNetworkPosterior"]),
  ];
  const inputs = isTeacher ? task.inputs : PIXELS;
  const how =
    sampling === null
      ? ""
      : `const spec = parseNetwork(${JSON.stringify(specificationOf(request, inputs))});
const how = { temperature: ${temperature}, ${entries(dynamicsOptions(sampling))} };
const stream = createStream(${seed}).fork("posterior");
`;
  const sample =
    sampling === null
      ? ""
      : `  const sampled = await sampleNetworkPosterior(spec, own, { ...how, stream: stream.fork(examples) });
`;
  return `import { ${names.sort().join(", ")} } from "isinglass/bayes";
${isTeacher ? "" : 'import { loadDataset } from "isinglass/data";\n'}import { loadKernels } from "isinglass/kernels";
import { ${sampling === null ? "" : "parseNetwork, "}resolveActivation } from "isinglass/networks";
${isTeacher || sampling !== null ? 'import { createStream } from "isinglass/numerics";\n' : ""}
const activation = resolveActivation(${JSON.stringify(activation)});
${taskLines(task, largest, seed)}
const variances = { weightVariance: ${weightVariance}, biasVariance: ${biasVariance} };
const kernel = uniformKernelSpec(activation, ${depth}, variances);
const algebra = await loadKernels();
const diagonal = solveKernelDiagonal(kernel, task.testInputs);
${how}for (const examples of halvedSizes(${largest})) {
  const own = firstExamples(task, examples);
  const train = solveDenseKernels(kernel, own.inputs, null, algebra).nngp;
  const cross = solveDenseKernels(kernel, own.testInputs, own.inputs, algebra).nngp;
  const targets = { rows: examples, cols: 1, data: own.targets };
  const { mean, variance } = solveGaussianProcess({ train, cross, diagonal, targets }, ${temperature}, algebra);
  const { error } = errorsOf({ mean: mean.data, variance }, own.testTargets);
${sample}  console.log(examples, error.value${sampling === null ? "" : ", sampled.error.value"});
}
`;
}

/** { a: 1, b: "c" } without its braces. */
function entries(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ");
}
