/**
 * Forms of the theory of finite width beside sampled networks where no closed form is exact: two and three hidden layers, several outputs,
 * a convolutional layer. All parameters are sampled by Hamiltonian Monte Carlo on the network's own graph, so that theory and
 * measurement share nothing but the data (random inputs, linear teacher; test/bayes/reference-task.ts).
 *
 *     node --import tsx -C source bench/bayes/forms.ts [--samples 1500] [--only NAME]
 *
 * Writes bench/results/finite-width-forms.json, one row for each case as it is done.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  type OutputPrediction,
  type Prediction,
  sampleConvolutionMixture,
  sampleMultiOutputMixture,
  sampleNetworkPosterior,
  solveConvolutionAction,
  solveDeepEffectiveAction,
  solveDeepMixture,
  solveMultiOutputAction,
} from "../../src/bayes/index.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { parseNetwork, resolveActivation } from "../../src/networks/index.ts";
import { createStream, type Matrix } from "../../src/numerics/index.ts";
import { drawReference, referenceTask } from "../../test/bayes/reference-task.ts";

const { values: options } = parseArgs({
  options: { samples: { type: "string", default: "1500" }, only: { type: "string" } },
});
const algebra = await loadKernels();
const path = fileURLToPath(new URL("../results/finite-width-forms.json", import.meta.url));
type Errors = Pick<Prediction | OutputPrediction, "error" | "bias" | "spread">;
type Theories = Readonly<Record<string, Errors>>;
interface Case {
  readonly name: string;
  readonly network: string;
  readonly examples: number;
  readonly scale: number;
  readonly outputs: number;
  theories(data: Data): Theories | Promise<Theories>;
}
interface Data {
  readonly inputs: Matrix;
  readonly testInputs: Matrix;
  readonly targets: Matrix;
  readonly testTargets: Matrix;
}

const temperature = 0.1;
const erf = resolveActivation("erf");
const single = ({ targets, testTargets, ...inputs }: Data) => ({
  ...inputs,
  targets: targets.data,
  testTargets: testTargets.data,
});
const deep =
  (name: string, widths: readonly number[], forms: readonly ("vanilla" | "nested" | "full")[]) =>
  (data: Data): Theories => {
    const activation = resolveActivation(name);
    const setting = { activation, widths, temperature };
    const solved = forms.map(
      (form) => [form, solveDeepEffectiveAction(single(data), { ...setting, form }, algebra)] as const,
    );
    return {
      "infinite width": (solved[0] as (typeof solved)[number])[1].infiniteWidth,
      ...Object.fromEntries(solved.map(([form, { prediction }]) => [form, prediction])),
      mixture: solveDeepMixture(single(data), setting, algebra).prediction,
    };
  };
const cases: readonly Case[] = [
  ...[1, 2].map((scale) => ({
    ...{
      name: `two erf layers of 20, scale ${scale}`,
      network: "20-20x2-1 erf",
      examples: 30,
      scale,
      outputs: 1,
    },
    theories: deep("erf", [20, 20], ["vanilla", "nested", "full"]),
  })),
  {
    ...{
      name: "two erf layers of 60, scale 1",
      network: "20-60x2-1 erf",
      examples: 30,
      scale: 1,
      outputs: 1,
    },
    theories: deep("erf", [60, 60], ["vanilla", "nested", "full"]),
  },
  {
    ...{
      name: "three erf layers of 20, scale 1",
      network: "20-20x3-1 erf",
      examples: 30,
      scale: 1,
      outputs: 1,
    },
    theories: deep("erf", [20, 20, 20], ["vanilla", "nested"]),
  },
  {
    ...{
      name: "two relu layers of 20, scale 1",
      network: "20-20x2-1 relu",
      examples: 30,
      scale: 1,
      outputs: 1,
    },
    theories: deep("relu", [20, 20], ["vanilla"]),
  },
  {
    ...{ name: "two outputs, erf layer of 20", network: "20-20-2 erf", examples: 30, scale: 1, outputs: 2 },
    theories: async (data) => {
      const solved = solveMultiOutputAction(data, { activation: erf, width: 20, temperature }, algebra);
      const sampling = { stream: createStream(8), samples: 500 };
      const setting = { activation: erf, widths: [20], temperature };
      return {
        "infinite width": solved.infiniteWidth,
        matrix: solved.prediction,
        "matrix mixture": (await sampleMultiOutputMixture(data, setting, algebra, sampling)).prediction,
      };
    },
  },
  ...[20, 60].map((channels) => ({
    ...{
      name: `convolution of ${channels} erf channels, 4 patches`,
      network: `cnn:1x4x4-c${channels}k2/2-1 erf`,
    },
    ...{ examples: 30, scale: 1, outputs: 1 },
    theories: async (data: Data): Promise<Theories> => {
      const setting = { activation: erf, channels, temperature, shape: [1, 4, 4] as const, mask: 2 };
      const solved = solveConvolutionAction(single(data), setting, algebra);
      const sampling = { stream: createStream(8), samples: 500 };
      return {
        "infinite width": solved.infiniteWidth,
        local: solved.prediction,
        "local mixture": (await sampleConvolutionMixture(single(data), setting, algebra, sampling))
          .prediction,
      };
    },
  })),
];

/** The reference task; a second output is that of another teacher, 1.5 times as large. */
function dataOf({ network, examples, scale, outputs }: Case): Data {
  const features = network.startsWith("cnn") ? 16 : 20;
  const task = referenceTask(features, examples, scale);
  const other = drawReference(424242, features);
  const beside = (x: Matrix, first: Float64Array): Matrix => ({
    rows: x.rows,
    cols: outputs,
    data: Float64Array.from({ length: outputs * x.rows }, (_, at) => {
      const row = Math.floor(at / outputs);
      if (at % outputs === 0) return first[row] as number;
      let sum = 0;
      for (let k = 0; k < x.cols; k++) sum += (other[k] as number) * (x.data[row * x.cols + k] as number);
      return (1.5 * sum) / Math.sqrt(x.cols);
    }),
  });
  return {
    inputs: task.inputs,
    testInputs: task.testInputs,
    targets: beside(task.inputs, task.targets),
    testTargets: beside(task.testInputs, task.testTargets),
  };
}

const read = (): { rows: { name: string }[] } => {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as { rows: { name: string }[] };
  } catch {
    return { rows: [] };
  }
};
const round = (value: number): number => Number(value.toPrecision(5));

for (const one of cases) {
  if (options.only !== undefined && !one.name.includes(options.only)) continue;
  const data = dataOf(one);
  const cpu = process.cpuUsage();
  const sampled = await sampleNetworkPosterior(
    parseNetwork(`${one.network} sw2=1 sb2=0 bias=no`),
    {
      inputs: data.inputs,
      targets: data.targets.data,
      testInputs: data.testInputs,
      testTargets: data.testTargets.data,
    },
    {
      temperature,
      stream: createStream(5).fork(one.name),
      chains: 2,
      samples: Number(options.samples),
      burnIn: 600,
    },
  );
  const used = process.cpuUsage(cpu);
  // mean squares over examples and outputs there, summed over outputs here
  const factor = one.outputs;
  const row = {
    name: one.name,
    network: one.network,
    examples: one.examples,
    temperature,
    scale: one.scale,
    sampled: {
      error: round(factor * sampled.error.value),
      stderr: round(factor * (sampled.error.stderr ?? Number.NaN)),
      bias: round(factor * sampled.bias),
      spread: round(factor * sampled.spread),
      rHat: round(sampled.error.rHat),
      effectiveSamples: Math.round(sampled.error.effectiveSamples),
      cpuSeconds: Math.round((used.user + used.system) / 1e6),
    },
    theory: Object.fromEntries(
      Object.entries(await one.theories(data)).map(([name, { error, bias, spread }]) => [
        name,
        {
          ...{ error: round(error), bias: round(bias), spread: round(spread) },
          deviation: round(error / (factor * sampled.error.value) - 1),
        },
      ]),
    ),
  };
  console.log(JSON.stringify(row, null, 1));
  const rows = [...read().rows.filter(({ name }) => name !== one.name), row];
  mkdirSync(fileURLToPath(new URL("../results/", import.meta.url)), { recursive: true });
  const machine = `${cpus()[0]?.model.split(" ").slice(0, 2).join(" ")}, Node ${process.version}`;
  writeFileSync(
    path,
    `${JSON.stringify({ machine, samples: Number(options.samples), chains: 2, rows }, null, 2)}\n`,
  );
}
await algebra.release();
