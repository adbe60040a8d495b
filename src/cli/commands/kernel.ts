/** `isinglass kernel`: the infinite-width kernels of a network, for two inputs or for a data set. */
import { SpecError } from "../../base/index.ts";
import {
  type KernelParametrization,
  type WideNetwork,
  type WideNetworkLayer,
  wideNetworkOf,
} from "../../bayes/index.ts";
import type { Arguments, Command, Outcome } from "../command.ts";
import { DATA_OPTIONS, MODEL_OPTIONS } from "../definitions.ts";
import { kernelExample, kernelsOfData, kernelsOfPair } from "../kernel-outcomes.ts";
import { readSpec } from "../network-options.ts";
import { readNumber, readText, requireNumber } from "../options.ts";
import { runTangentKernel } from "../tangent-kernel.ts";
import {
  ACTIVATION_OPTION,
  BIAS_OPTION,
  readActivation,
  readBiasVariance,
  readWeightVariance,
  WEIGHT_OPTION,
} from "../theory-options.ts";

export const kernelCommand: Command = {
  name: "kernel",
  summary: "Infinite-width kernels: covariance of outputs (NNGP) and of gradients (NTK)",
  examples: [
    kernelExample,
    "isinglass kernel --activation relu --depth 3 --weight-variance 2 --data mnist --examples 1000 --output kernels.npz",
    'isinglass kernel "cnn:1x28x28-c32/2x2-gap-10 relu init=he" --data mnist --examples 50',
    'isinglass kernel "cnn:1x28x28-c32/2x2-gap-10 relu init=he" --parametrization mup --data mnist --examples 50',
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
    parametrization: {
      type: "string",
      valueHint: "P",
      default: "ntk",
      description: "what the NTK counts: gradients in the ntk, standard or mup parametrisation",
    },
    width: {
      type: "string",
      valueHint: "N",
      description: "units of the hidden layers of --depth, for standard and mup",
    },
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
    const kind = readParametrization(args);
    if (text !== undefined && /\.onnx$/i.test(text)) {
      if (kind === "ntk") return runTangentKernel(text, context);
      throw new SpecError(`kernel: received --parametrization ${kind} and a file, expected none`, {
        hint: "the kernel of a file counts the gradients of its weights as they are stored",
      });
    }
    const network = text === undefined ? denseNetwork(args, kind) : await networkOf(text, args, kind);
    const x = readVector(args, "x");
    const y = readVector(args, "y");
    if (x === undefined && y === undefined) return kernelsOfData(network, context);
    if (readText(args, "data") !== undefined || x === undefined || y === undefined) {
      throw new SpecError("kernel: expected both --x and --y, or --data alone", { hint: kernelExample });
    }
    return kernelsOfPair(network, x, y, context);
  },
};

/** A network to be fitted to its inputs: an empty input shape stands for a vector of any length. */
function denseNetwork(args: Arguments, kind: Parametrization): WideNetwork {
  const activation = readActivation(args, "kernel");
  const depth = requireNumber(args, "depth", { min: 0, max: 1e5, integer: true }, kernelExample);
  const variances = {
    weightVariance: readWeightVariance(args, "kernel"),
    biasVariance: readBiasVariance(args),
  };
  const hidden: WideNetworkLayer[] = [
    { type: "dense", ...variances },
    { type: "activation", activation },
  ];
  const layers = Array.from({ length: depth }, () => hidden).flat();
  const network = { input: [], layers: [...layers, { type: "dense", ...variances } as const] };
  const width = readNumber(args, "width", { min: 1, max: 1e9, integer: true });
  if (kind === "ntk") {
    if (width === undefined) return network;
    throw new SpecError("kernel: received --width in the NTK parametrisation, which does not depend on it", {
      hint: "--parametrization standard, or mup",
    });
  }
  if (width === undefined && depth > 0) {
    throw new SpecError(
      `kernel: expected --width for the ${kind} parametrisation of ${depth} hidden layers`,
      {
        hint: `--parametrization ${kind} --width 1000`,
      },
    );
  }
  return { ...network, parametrization: { kind, widths: new Array<number>(depth).fill(width ?? 1) } };
}

type Parametrization = KernelParametrization["kind"];

function readParametrization(args: Arguments): Parametrization {
  const text = readText(args, "parametrization") ?? "ntk";
  if (text === "ntk" || text === "standard" || text === "mup") return text;
  throw new SpecError(`--parametrization: received "${text}", expected ntk, standard or mup`);
}

/** The network of a specification; options that would contradict it are refused. */
async function networkOf(text: string, args: Arguments, kind: Parametrization): Promise<WideNetwork> {
  const given = ["activation", "depth", "weight-variance", "width"].find(
    (name) => readText(args, name) !== undefined,
  );
  if (given !== undefined) {
    throw new SpecError(`kernel: received a network and --${given}, expected one of them`, {
      hint: "write the activation and the variances into the specification: 784-300x3-10 erf sw2=1 sb2=0.1",
    });
  }
  return wideNetworkOf(await readSpec(text), kind);
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
