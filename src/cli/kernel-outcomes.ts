/** What `isinglass kernel` works out: the kernels of two inputs, or the matrices of a data set. */
import { platform } from "#platform";
import { exact, ShapeError, SpecError } from "../base/index.ts";
import {
  type KernelMatrix,
  type KernelRequest,
  type KernelResult,
  kernelReferences,
  networkMemory,
  solveNetworkKernels,
  type WideNetwork,
  type WideNetworkLayer,
} from "../bayes/index.ts";
import { convertToDouble, writeNpz } from "../data/index.ts";
import { createOnnxGemm, loadKernels } from "../kernels/index.ts";
import type { Matrix } from "../numerics/index.ts";
import { checkWritable } from "../runs/index.ts";
import type { Arguments, CommandContext, Outcome } from "./command.ts";
import { readData, readExampleCount } from "./data-options.ts";
import { readNumber, readText } from "./options.ts";
import { type EstimateRow, estimateLines, referenceLine } from "./render/estimates.ts";

/** A command line that works as it stands. */
export const kernelExample =
  "isinglass kernel --activation erf --depth 3 --weight-variance 1 --x 1,-0.5,0.25,2 --y 0.3,0.8,-1.2,0.4";

const COUNTED = {
  ntk: "The NTK counts the gradients of all parameters in the NTK parametrisation.",
  standard:
    "The NTK counts the gradients of all weights and biases themselves, at one learning rate (standard parametrisation).",
  mup: "The NTK counts the gradients of all weights and biases at the rates of maximal-update training; the weights of the readout have variance / fan-in^2.",
};

/** What the kernels of a network assume. */
function assumptionsOf({ parametrization }: WideNetwork): readonly string[] {
  return [
    "Layers of infinite width (or infinitely many channels), weights N(0, weight variance / fan-in), biases N(0, bias variance).",
    COUNTED[parametrization?.kind ?? "ntk"],
  ];
}

/** Kernels of two inputs. */
export async function kernelsOfPair(
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
    assumptions: assumptionsOf(network),
    references: kernelReferences,
    seed: null,
    text: () => [...estimateLines(rows, style), ...referenceLine(kernelReferences, style)].join("\n"),
    csv: () => [["kernel", "value"], ...rows.map(([name, { value }]) => [name, value])],
  };
}

/** Kernels of `--data`, written to `--output`, and their means. */
export async function kernelsOfData(network: WideNetwork, context: CommandContext): Promise<Outcome> {
  const { args, style, note, threads, signal, onProgress } = context;
  if (readText(args, "data") === undefined) {
    throw new SpecError("kernel: expected two inputs --x and --y, or --data", { hint: kernelExample });
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
    data: convertToDouble(data),
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
      assumptions: assumptionsOf(network),
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

function fitted(network: WideNetwork, features: number): WideNetwork {
  return { ...network, input: network.input.length === 0 ? [features] : network.input };
}

/** Number of activations that follow each other, the larger of both sides of a residual block. */
function depthOf(layers: readonly WideNetworkLayer[]): number {
  return layers.reduce((sum, layer) => {
    if (layer.type === "activation") return sum + 1;
    if (layer.type !== "residual") return sum;
    return sum + Math.max(depthOf(layer.branch), depthOf(layer.skip ?? []));
  }, 0);
}
