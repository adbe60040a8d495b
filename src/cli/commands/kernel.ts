/** `isinglass kernel`: the infinite-width kernels of a dense network, for two inputs or for a data set. */
import { platform } from "#platform";
import { exact, ShapeError, SpecError } from "../../base/index.ts";
import {
  type DenseKernelSpec,
  type KernelMatrices,
  kernelReferences,
  solveDenseKernels,
  uniformKernelSpec,
} from "../../bayes/index.ts";
import { writeNpz } from "../../data/index.ts";
import { loadKernels } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { checkWritable } from "../../runs/index.ts";
import type { Arguments, Command, CommandContext, Outcome } from "../command.ts";
import { readData, readExampleCount } from "../data-options.ts";
import { DATA_OPTIONS, MODEL_OPTIONS } from "../definitions.ts";
import { readText, requireNumber } from "../options.ts";
import { type EstimateRow, estimateLines, referenceLine } from "../render/estimates.ts";
import { runTangentKernel } from "../tangent-kernel.ts";
import {
  ACTIVATION_OPTION,
  BIAS_OPTION,
  readActivation,
  readBiasVariance,
  readWeightVariance,
  WEIGHT_OPTION,
} from "../theory-options.ts";

const example =
  "isinglass kernel --activation erf --depth 3 --weight-variance 1 --x 1,-0.5,0.25,2 --y 0.3,0.8,-1.2,0.4";

const assumptions = [
  "Dense layers of infinite width, weights N(0, weight variance / fan-in), biases N(0, bias variance).",
  "The NTK counts the gradients of all parameters in the NTK parametrisation.",
];

export const kernelCommand: Command = {
  name: "kernel",
  summary: "Infinite-width kernels: covariance of outputs (NNGP) and of gradients (NTK)",
  examples: [
    example,
    "isinglass kernel --activation relu --depth 3 --weight-variance 2 --data mnist --examples 1000 --output kernels.npz",
    "isinglass kernel model.onnx --data mnist --examples 100",
  ],
  args: {
    network: {
      type: "positional",
      required: false,
      description: "an ONNX file: its empirical tangent kernel on --data (default 100 examples)",
    },
    ...ACTIVATION_OPTION,
    depth: { type: "string", valueHint: "L", description: "hidden layers, 0 or more" },
    ...WEIGHT_OPTION,
    ...BIAS_OPTION,
    x: {
      type: "string",
      valueHint: "A,B,..",
      description: "one input; --x=-1,2 when it begins with a minus",
    },
    y: { type: "string", valueHint: "A,B,..", description: "the other input" },
    ...DATA_OPTIONS,
    examples: { type: "string", valueHint: "N", description: "examples of the data set (default 1000)" },
    form: {
      type: "string",
      valueHint: "F",
      default: "trace",
      description: "ONNX file: trace (mean over outputs), full, or the number of one output from 0",
    },
    ...MODEL_OPTIONS,
    output: { type: "string", valueHint: "FILE.npz", description: "write nngp and ntk of a data set" },
  },
  async run(context): Promise<Outcome> {
    const { args } = context;
    const network = readText(args, "network");
    if (network !== undefined) {
      if (/\.onnx$/i.test(network)) return runTangentKernel(network, context);
      throw new SpecError(`kernel: received "${network}", expected an ONNX file or options`, {
        hint: example,
      });
    }
    const spec = uniformKernelSpec(
      readActivation(args, "kernel"),
      requireNumber(args, "depth", { min: 0, max: 1e5, integer: true }, example),
      { weightVariance: readWeightVariance(args, "kernel"), biasVariance: readBiasVariance(args) },
    );
    const x = readVector(args, "x");
    const y = readVector(args, "y");
    if (x === undefined && y === undefined) return ofData(spec, context);
    if (readText(args, "data") !== undefined || x === undefined || y === undefined) {
      throw new SpecError("kernel: expected both --x and --y, or --data alone", { hint: example });
    }
    return ofPair(spec, x, y, context);
  },
};

async function ofPair(
  spec: DenseKernelSpec,
  x: readonly number[],
  y: readonly number[],
  { style }: CommandContext,
): Promise<Outcome> {
  if (x.length !== y.length) {
    throw new ShapeError(
      `kernel: --x has ${x.length} entries and --y has ${y.length}, expected equal numbers`,
    );
  }
  const inputs = { rows: 2, cols: x.length, data: Float64Array.from([...x, ...y]) };
  const algebra = await loadKernels({ threads: 1 });
  const { nngp, ntk, methods } = solveDenseKernels(spec, inputs, null, algebra);
  const at = ({ data }: Matrix, i: number) => exact(data[i] as number, methods.join("; ") || "linear");
  const result = {
    nngp: at(nngp, 1),
    ntk: at(ntk, 1),
    nngpXX: at(nngp, 0),
    nngpYY: at(nngp, 3),
    ntkXX: at(ntk, 0),
    ntkYY: at(ntk, 3),
    depth: spec.activations.length,
  };
  const rows: EstimateRow[] = [
    ["NNGP K(x, y)", result.nngp, "covariance of the outputs over initialisations"],
    ["NTK Theta(x, y)", result.ntk, "inner product of the gradients"],
    ["K(x, x)", result.nngpXX, ""],
    ["K(y, y)", result.nngpYY, ""],
    ["Theta(x, x)", result.ntkXX, ""],
    ["Theta(y, y)", result.ntkYY, ""],
  ];
  return {
    result,
    assumptions,
    references: kernelReferences,
    seed: null,
    text: () => [...estimateLines(rows, style), ...referenceLine(kernelReferences, style)].join("\n"),
    csv: () => [["kernel", "value"], ...rows.map(([name, { value }]) => [name, value])],
  };
}

async function ofData(spec: DenseKernelSpec, context: CommandContext): Promise<Outcome> {
  const { args, style, note, threads } = context;
  if (readText(args, "data") === undefined) {
    throw new SpecError("kernel: expected two inputs --x and --y, or --data", { hint: example });
  }
  const output = readText(args, "output");
  if (output !== undefined) {
    if (!output.endsWith(".npz")) {
      throw new SpecError(`--output: received "${output}", expected a name that ends in .npz`);
    }
    checkWritable(output, { force: args.force === true });
  }
  const train = readExampleCount(context) ?? 1000;
  const { train: data } = await readData(context, { train, shape: [784] });
  const inputs: Matrix = {
    rows: data.count,
    cols: data.inputs.length / data.count,
    data: Float64Array.from(data.inputs),
  };
  const algebra = await loadKernels({ threads: threads ?? 1 });
  try {
    const kernels = solveDenseKernels(spec, inputs, null, algebra);
    if (output !== undefined) {
      const shape = [data.count, data.count];
      const arrays = { nngp: { shape, data: kernels.nngp.data }, ntk: { shape, data: kernels.ntk.data } };
      await platform.writeFile(output, writeNpz(arrays), { overwrite: args.force === true });
      note(`wrote ${output}`);
    }
    const result = {
      examples: data.count,
      features: inputs.cols,
      depth: spec.activations.length,
      ...summarize(kernels),
    };
    const rows: EstimateRow[] = [
      ["mean K(x, x)", result.nngpDiagonal, "variance of the outputs"],
      [
        "mean correlation",
        result.nngpCorrelation,
        "of the outputs of two examples; 1: the network cannot tell them apart",
      ],
      ["mean Theta(x, x)", result.ntkDiagonal, "squared length of the gradient"],
    ];
    return {
      result,
      assumptions,
      references: kernelReferences,
      seed: context.seed,
      text: () =>
        [
          `${data.count} examples of ${data.name}`,
          "",
          ...estimateLines(rows, style),
          ...referenceLine(kernelReferences, style),
        ].join("\n"),
      csv: () => [["quantity", "value"], ...rows.map(([name, { value }]) => [name, value])],
    };
  } finally {
    await algebra.release();
  }
}

/** Means over the matrix; the correlation is over all pairs of different examples. */
function summarize({ nngp, ntk, methods }: KernelMatrices) {
  const size = nngp.rows;
  const method = `${methods.join("; ") || "linear"}; mean over the data`;
  let [diagonal, tangent, correlation] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    const own = nngp.data[i * size + i] as number;
    diagonal += own / size;
    tangent += (ntk.data[i * size + i] as number) / size;
    for (let j = 0; j < i; j++) {
      const other = nngp.data[j * size + j] as number;
      correlation += (nngp.data[i * size + j] as number) / Math.sqrt(own * other);
    }
  }
  return {
    nngpDiagonal: exact(diagonal, method),
    nngpCorrelation: exact((2 * correlation) / (size * (size - 1)), method),
    ntkDiagonal: exact(tangent, method),
  };
}

function readVector(args: Arguments, name: string): number[] | undefined {
  const text = readText(args, name);
  if (text === undefined) return undefined;
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (values.some((value) => !Number.isFinite(value))) {
    throw new SpecError(`--${name}: received "${text}", expected numbers joined by commas`, {
      hint: `--${name} 1,-0.5,0.25,2`,
    });
  }
  return values;
}
