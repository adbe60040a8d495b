/** `isinglass kernel`: the infinite-width kernels of a network, for two inputs or for a data set. */
import { platform } from "#platform";
import { exact, ShapeError, SpecError } from "../../base/index.ts";
import {
  type KernelMatrix,
  type KernelRequest,
  type KernelResult,
  kernelReferences,
  networkMemory,
  solveNetworkKernels,
  type WideNetwork,
  type WideNetworkLayer,
  wideNetworkOf,
} from "../../bayes/index.ts";
import { writeNpz } from "../../data/index.ts";
import { createOnnxGemm, loadKernels } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { checkWritable } from "../../runs/index.ts";
import type { Arguments, Command, CommandContext, Outcome } from "../command.ts";
import { readData, readExampleCount } from "../data-options.ts";
import { DATA_OPTIONS, MODEL_OPTIONS } from "../definitions.ts";
import { readSpec } from "../network-options.ts";
import { readNumber, readText, requireNumber } from "../options.ts";
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
  "Layers of infinite width (or infinitely many channels), weights N(0, weight variance / fan-in), biases N(0, bias variance).",
  "The NTK counts the gradients of all parameters in the NTK parametrisation.",
];

export const kernelCommand: Command = {
  name: "kernel",
  summary: "Infinite-width kernels: covariance of outputs (NNGP) and of gradients (NTK)",
  examples: [
    example,
    "isinglass kernel --activation relu --depth 3 --weight-variance 2 --data mnist --examples 1000 --output kernels.npz",
    'isinglass kernel "cnn:1x28x28-c32/2x2-gap-10 relu init=he" --data mnist --examples 50',
    "isinglass kernel model.onnx --data mnist --examples 100",
  ],
  args: {
    network: {
      type: "positional",
      required: false,
      description:
        "a network specification, or an ONNX file: its empirical tangent kernel on --data (default 100 examples)",
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
    only: { type: "string", valueHint: "KERNEL", description: "nngp or ntk: work out one of them" },
    precision: {
      type: "string",
      valueHint: "P",
      default: "float64",
      description: "float64 or float32: how matrices of a data set are stored",
    },
    memory: { type: "string", valueHint: "GIB", description: "memory to use at most (default 16)" },
    output: { type: "string", valueHint: "FILE.npz", description: "write nngp and ntk of a data set" },
  },
  async run(context): Promise<Outcome> {
    const { args } = context;
    const text = readText(args, "network");
    if (text !== undefined && /\.onnx$/i.test(text)) return runTangentKernel(text, context);
    const network = text === undefined ? denseNetwork(args) : await networkOf(text, args);
    const x = readVector(args, "x");
    const y = readVector(args, "y");
    if (x === undefined && y === undefined) return ofData(network, context);
    if (readText(args, "data") !== undefined || x === undefined || y === undefined) {
      throw new SpecError("kernel: expected both --x and --y, or --data alone", { hint: example });
    }
    return ofPair(network, x, y, context);
  },
};

/** A network to be fitted to its inputs: an empty input shape stands for a vector of any length. */
function denseNetwork(args: Arguments): WideNetwork {
  const activation = readActivation(args, "kernel");
  const depth = requireNumber(args, "depth", { min: 0, max: 1e5, integer: true }, example);
  const variances = {
    weightVariance: readWeightVariance(args, "kernel"),
    biasVariance: readBiasVariance(args),
  };
  const hidden: WideNetworkLayer[] = [
    { type: "dense", ...variances },
    { type: "activation", activation },
  ];
  const layers = Array.from({ length: depth }, () => hidden).flat();
  return { input: [], layers: [...layers, { type: "dense", ...variances }] };
}

/** The network of a specification; options that would contradict it are refused. */
async function networkOf(text: string, args: Arguments): Promise<WideNetwork> {
  const given = ["activation", "depth", "weight-variance"].find((name) => readText(args, name) !== undefined);
  if (given !== undefined) {
    throw new SpecError(`kernel: received a network and --${given}, expected one of them`, {
      hint: "write the activation and the variances into the specification: 784-300x3-10 erf sw2=1 sb2=0.1",
    });
  }
  return wideNetworkOf(await readSpec(text));
}

function fitted({ input, layers }: WideNetwork, features: number): WideNetwork {
  return { input: input.length === 0 ? [features] : input, layers };
}

/** Number of activations that follow each other, the larger of both sides of a residual block. */
function depthOf(layers: readonly WideNetworkLayer[]): number {
  return layers.reduce((sum, layer) => {
    if (layer.type === "activation") return sum + 1;
    if (layer.type !== "residual") return sum;
    return sum + Math.max(depthOf(layer.branch), depthOf(layer.skip ?? []));
  }, 0);
}

async function ofPair(
  network: WideNetwork,
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
  const found = await solveNetworkKernels(fitted(network, x.length), inputs, null, algebra);
  const [nngp, ntk] = [found.nngp as KernelMatrix, found.ntk as KernelMatrix];
  const { methods } = found;
  const at = ({ data }: KernelMatrix, i: number) => exact(data[i] as number, methods.join("; ") || "linear");
  const result = {
    nngp: at(nngp, 1),
    ntk: at(ntk, 1),
    nngpXX: at(nngp, 0),
    nngpYY: at(nngp, 3),
    ntkXX: at(ntk, 0),
    ntkYY: at(ntk, 3),
    depth: depthOf(network.layers),
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

async function ofData(network: WideNetwork, context: CommandContext): Promise<Outcome> {
  const { args, style, note, threads, signal, onProgress } = context;
  if (readText(args, "data") === undefined) {
    throw new SpecError("kernel: expected two inputs --x and --y, or --data", { hint: example });
  }
  const request = readRequest(args);
  const output = readText(args, "output");
  if (output !== undefined) {
    if (!output.endsWith(".npz")) {
      throw new SpecError(`--output: received "${output}", expected a name that ends in .npz`);
    }
    checkWritable(output, { force: args.force === true });
  }
  const train = readExampleCount(context) ?? 1000;
  const shape = network.input.length === 0 ? [784] : network.input;
  const { train: data } = await readData(context, { train, shape });
  const inputs: Matrix = {
    rows: data.count,
    cols: data.inputs.length / data.count,
    data: Float64Array.from(data.inputs),
  };
  const algebra = await loadKernels({ threads: threads ?? 1 });
  const provider = await createOnnxGemm(threads ?? 1);
  try {
    const whole = fitted(network, inputs.cols);
    const gib = (networkMemory(whole, data.count, data.count, request, algebra.wide).total / 2 ** 30).toFixed(
      2,
    );
    note(`${data.count} examples: ${gib} GiB`);
    const kernels = await solveNetworkKernels(whole, inputs, null, algebra, {
      ...request,
      maxBytes: (readNumber(args, "memory", { min: 0, open: true }) ?? 16) * 2 ** 30,
      provider,
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    if (output !== undefined) {
      const square = [data.count, data.count];
      const arrays = Object.fromEntries(
        (["nngp", "ntk"] as const).flatMap((name) => {
          const matrix = kernels[name];
          return matrix === null ? [] : [[name, { shape: square, data: matrix.data }] as const];
        }),
      );
      await platform.writeFile(output, writeNpz(arrays), { overwrite: args.force === true });
      note(`wrote ${output}`);
    }
    const result = {
      examples: data.count,
      features: inputs.cols,
      depth: depthOf(network.layers),
      ...summarize(kernels),
    };
    const rows = (
      [
        ["mean K(x, x)", result.nngpDiagonal, "variance of the outputs"],
        [
          "mean correlation",
          result.nngpCorrelation,
          "of the outputs of two examples; 1: the network cannot tell them apart",
        ],
        ["mean Theta(x, x)", result.ntkDiagonal, "squared length of the gradient"],
      ] as const
    ).flatMap(([name, value, meaning]): EstimateRow[] =>
      value === undefined ? [] : [[name, value, meaning]],
    );
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
    await Promise.all([algebra.release(), provider?.release()]);
  }
}

/** Which kernels, and how they are stored. */
function readRequest(args: Arguments): KernelRequest {
  const only = readText(args, "only");
  const precision = readText(args, "precision") ?? "float64";
  if (only !== undefined && only !== "nngp" && only !== "ntk") {
    throw new SpecError(`--only: received "${only}", expected nngp or ntk`);
  }
  if (precision !== "float64" && precision !== "float32") {
    throw new SpecError(`--precision: received "${precision}", expected float64 or float32`);
  }
  return { nngp: only !== "ntk", ntk: only !== "nngp", precision };
}

/** Means over the matrix; the correlation is over all pairs of different examples. */
function summarize({ nngp, ntk, methods }: KernelResult) {
  const method = `${methods.join("; ") || "linear"}; mean over the data`;
  const trace = ({ rows, data }: KernelMatrix): number => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += data[i * (rows + 1)] as number;
    return sum / rows;
  };
  return {
    ...(nngp !== null && {
      nngpDiagonal: exact(trace(nngp), method),
      nngpCorrelation: exact(correlation(nngp), method),
    }),
    ...(ntk !== null && { ntkDiagonal: exact(trace(ntk), method) }),
  };
}

function correlation({ rows, data }: KernelMatrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const own = data[i * (rows + 1)] as number;
    for (let j = 0; j < i; j++) {
      sum += (data[i * rows + j] as number) / Math.sqrt(own * (data[j * (rows + 1)] as number));
    }
  }
  return (2 * sum) / (rows * (rows - 1));
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
