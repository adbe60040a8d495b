/**
 * Gaussian-process regression on many MNIST images by conjugate gradients, beside its oracle, the Cholesky factorisation of the stored
 * kernel, in the same job: time, memory, iterations, residual, and how far means and log determinants are apart.
 *
 *     node --import tsx -C source bench/bayes/large.ts [--examples 12000] [--threads 2] [--rank 400] [--variances 64]
 *
 * Targets are the ten classes as +1 and -0.1, the kernel that of one erf layer, the noise 0.1. Three runs: half of the blocks
 * kept in memory and half worked out in every product, all kept, and Cholesky. Writes bench/results/large-gp.json.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  denseKernelOperator,
  type LargeProcessResult,
  solveDenseKernels,
  solveKernelDiagonal,
  solveLargeGaussianProcess,
  uniformKernelSpec,
} from "../../src/bayes/index.ts";
import { type Dataset, loadDataset } from "../../src/data/index.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { resolveActivation } from "../../src/networks/index.ts";
import { createStream, type Matrix } from "../../src/numerics/index.ts";

const { values: options } = parseArgs({
  options: {
    examples: { type: "string", default: "12000" },
    threads: { type: "string", default: "2" },
    rank: { type: "string", default: "400" },
    variances: { type: "string", default: "64" },
  },
});
const examples = Number(options.examples);
const threads = Number(options.threads);
const rank = Number(options.rank);
const noise = 0.1;
const tests = 1000;

const data = await loadDataset("mnist", { train: examples, test: tests, seed: 1, standardize: "global" });
if (data.test === null) throw new Error("no test images");
const matrixOf = ({ inputs, count }: Dataset): Matrix => ({
  rows: count,
  cols: inputs.length / count,
  data: Float64Array.from(inputs),
});
const targetsOf = ({ labels, count }: Dataset): Matrix => ({
  rows: count,
  cols: 10,
  data: Float64Array.from({ length: 10 * count }, (_, at) =>
    labels?.[Math.floor(at / 10)] === at % 10 ? 1 : -0.1,
  ),
});
const inputs = matrixOf(data.train);
const testInputs = matrixOf(data.test);
const targets = targetsOf(data.train);
const testTargets = targetsOf(data.test);
const spec = uniformKernelSpec(resolveActivation("erf"), 1, { weightVariance: 1, biasVariance: 0 });
const kernels = await loadKernels({ threads });
const seconds = (from: number): number => Number(((performance.now() - from) / 1000).toFixed(2));
const memory = (): number => Math.round(process.memoryUsage().rss / 1e6);
const cpu = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

const cross = solveDenseKernels(spec, testInputs, inputs, kernels).nngp;
const diagonal = solveKernelDiagonal(spec, testInputs).slice(0, Number(options.variances));
const stored = 8 * examples * examples;

function measure(memoryBytes: number, wanted: Float64Array): { result: LargeProcessResult; row: object } {
  const kernel = denseKernelOperator(spec, inputs, kernels, { memoryBytes });
  const started = performance.now();
  const startedCpu = cpu();
  let peak = memory();
  const result = solveLargeGaussianProcess({ kernel, cross, diagonal: wanted, targets }, noise, kernels, {
    stream: createStream(3),
    rank,
    probes: 10,
    tolerance: 1e-6,
    onProgress: ({ done, note }) => {
      peak = Math.max(peak, memory());
      console.log(`  iteration ${done}, ${note}, ${seconds(started)} s, ${memory()} MB`);
    },
  });
  const row = {
    keptMB: Math.round(Math.min(memoryBytes, stored / 2) / 1e6),
    seconds: seconds(started),
    cpuSeconds: Math.round(cpu() - startedCpu),
    peakMB: peak,
    iterations: result.iterations,
    products: result.products,
    residual: result.residual,
    converged: result.converged,
    logDeterminant: result.logDeterminant.value,
    logDeterminantError: result.logDeterminant.stderr,
    variances: wanted.length,
  };
  console.log(row);
  return { result, row };
}

console.log(
  `${examples} images, the stored kernel would take ${Math.round(stored / 1e6)} MB; ${memory()} MB before`,
);
// the least memory first: what a process has taken it does not give back
const partial = measure(stored / 4, new Float64Array());
const kept = measure(stored, diagonal);

const right = (mean: Matrix): number => {
  let count = 0;
  for (let m = 0; m < tests; m++) {
    const row = mean.data.subarray(10 * m, 10 * m + 10);
    const best = row.indexOf(Math.max(...row));
    if ((testTargets.data[10 * m + best] as number) > 0) count++;
  }
  return count / tests;
};
const difference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] as number))), 0);

// the oracle: store the kernel, factorise
const started = performance.now();
const startedCpu = cpu();
const train = solveDenseKernels(spec, inputs, null, kernels).nngp;
const kernelSeconds = seconds(started);
for (let p = 0; p < examples; p++)
  train.data[p * (examples + 1)] = (train.data[p * (examples + 1)] as number) + noise;
const factor = kernels.cholesky(train);
let logDeterminant = 0;
for (let p = 0; p < examples; p++) logDeterminant += 2 * Math.log(factor.data[p * (examples + 1)] as number);
const half = kernels.solveTriangular(factor, "lower", targets);
const weights = kernels.solveTriangular(factor, "lower-transposed", half);
const mean = kernels.multiply(cross, weights);
const choleskySeconds = seconds(started);
const choleskyMB = memory();
const choleskyCpu = Math.round(cpu() - startedCpu);
const explained = kernels.solveTriangular(factor, "lower", {
  rows: examples,
  cols: diagonal.length,
  data: Float64Array.from({ length: examples * diagonal.length }, (_, at) => {
    const [p, m] = [Math.floor(at / diagonal.length), at % diagonal.length];
    return cross.data[m * examples + p] as number;
  }),
}).data;
const variance = diagonal.map((own, m) => {
  let sum = 0;
  for (let p = 0; p < examples; p++) sum += (explained[p * diagonal.length + m] as number) ** 2;
  return own - sum;
});
const report = {
  machine: `${cpus()[0]?.model.split(" ").slice(0, 2).join(" ")}, Node ${process.version}, ${threads} threads`,
  examples,
  rank,
  noise,
  kernel: "erf, one hidden layer, 784 inputs, 10 targets, 10 probes",
  storedMB: Math.round(stored / 1e6),
  kept: kept.row,
  partial: partial.row,
  cholesky: {
    kernelSeconds,
    seconds: choleskySeconds,
    cpuSeconds: choleskyCpu,
    residentMB: choleskyMB,
    logDeterminant,
  },
  agreement: {
    mean: difference(kept.result.mean.data, mean.data),
    meanPartial: difference(partial.result.mean.data, mean.data),
    variance: difference(kept.result.variance, variance),
    logDeterminantInStandardErrors:
      (kept.result.logDeterminant.value - logDeterminant) / (kept.result.logDeterminant.stderr as number),
  },
  accuracy: right(kept.result.mean),
  accuracyCholesky: right(mean),
};
console.log(report);
const folder = fileURLToPath(new URL("../results/", import.meta.url));
mkdirSync(folder, { recursive: true });
if (examples >= 12_000) writeFileSync(`${folder}large-gp.json`, `${JSON.stringify(report, null, 2)}\n`);
await kernels.release();
