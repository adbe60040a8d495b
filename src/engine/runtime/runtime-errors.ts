/** Messages of ONNX Runtime turned into the errors of this library. The original text is kept in `data`. */
import {
  BudgetError,
  type ErrorDetails,
  FormatError,
  ShapeError,
  SpecError,
  UnsupportedOpError,
} from "../../base/index.ts";
import type { Request } from "./messages.ts";

interface Rule {
  readonly pattern: RegExp;
  readonly make: (match: RegExpExecArray, details: ErrorDetails) => Error;
}

const rules: readonly Rule[] = [
  {
    pattern: /Missing Input: (.+)|input '(.+)' is missing in 'feeds'/,
    make: (match, details) =>
      new SpecError(`run: no value for the input ${match[1] ?? match[2]}`, {
        ...details,
        hint: "pass it in the feeds, or bind it before",
      }),
  },
  {
    pattern: /Not placed: (.+)|Placed too small: (.+)/,
    make: (match, details) =>
      new SpecError(`descend: ${match[2] ?? `${match[1]} is not placed`}`, {
        ...details,
        hint: "put parameters, moments and room for gradients there with `place`",
      }),
  },
  {
    pattern: /No Op registered for (\S+) with domain_version of (\d+)/,
    make: (match, details) =>
      new UnsupportedOpError(`ONNX Runtime knows no operator ${match[1]} in opset ${match[2]}`, {
        ...details,
        hint: "run `isinglass check FILE` to see every operator that is not supported",
      }),
  },
  {
    pattern: /Could not find an implementation for (\w+)\(\d+\) node with name '([^']*)'/,
    make: (match, details) =>
      new UnsupportedOpError(`ONNX Runtime has no ${match[1]} for the element type of node ${match[2]}`, {
        ...details,
        hint: "run in float32; float64 lacks Conv, ConvTranspose, AveragePool, Erf, Gelu, LeakyRelu, Elu, Softplus",
      }),
  },
  {
    pattern: /([\w.]+):?(\S*) is not a registered function\/op/,
    make: (match, details) => new UnsupportedOpError(`ONNX Runtime knows no operator ${match[1]}`, details),
  },
  {
    pattern: /Failed to get a WebGPU adapter|no available backend found.*webgpu/i,
    make: (_match, details) =>
      new SpecError("device webgpu: no graphics adapter was found", {
        ...details,
        hint: "run on the cpu, or install a Vulkan driver (libvulkan1 on Debian)",
      }),
  },
  {
    pattern: /ExecutionProvider_Cuda|CUDA/,
    make: (_match, details) =>
      new SpecError("device cuda: ONNX Runtime's CUDA library is not installed", {
        ...details,
        hint: "run on the cpu; onnxruntime-node downloads CUDA only when install scripts may run",
      }),
  },
  {
    pattern: /onnxruntime_binding|Cannot find (module|package) 'onnxruntime/,
    make: (_match, details) =>
      new SpecError("ONNX Runtime's binary for this platform is missing", {
        ...details,
        hint: "install again with npm ci, on Linux, macOS or Windows (x64 or arm64)",
      }),
  },
  {
    pattern: /Failed to allocate memory|bad_alloc|out of memory/i,
    make: (_match, details) =>
      new BudgetError("ONNX Runtime ran out of memory", { ...details, hint: "use a smaller batch" }),
  },
  {
    pattern: /Got invalid dimensions for input: (\S+)|Invalid rank for input: (\S+)/,
    make: (match, details) =>
      new ShapeError(`run: wrong shape for the input ${match[1] ?? match[2]}: ${lastLine(details)}`, details),
  },
  {
    pattern: /Unexpected input data type/,
    make: (_match, details) => new ShapeError(`run: wrong element type: ${lastLine(details)}`, details),
  },
  {
    pattern:
      /Non-zero status code returned while running (\w+) node\. Name:'([^']*)' Status Message: ([\s\S]*)/,
    make: (match, details) =>
      new ShapeError(`${match[1]} (node ${match[2]}): ${tidy(match[3] as string)}`, details),
  },
  {
    pattern:
      /parsing failed|No graph was found|ModelProto does not have a graph|invalid model|Load model .* failed|Unsupported model IR version/i,
    make: (_match, details) =>
      new FormatError(`ONNX Runtime refuses the model: ${lastLine(details)}`, {
        ...details,
        hint: "run `isinglass check FILE`; export the model again if it is damaged",
      }),
  },
];

/** The error for a message of ONNX Runtime that came up while answering a request of kind `stage`. */
export function runtimeError(message: string, stage: Request["kind"]): Error {
  const details = { data: { runtime: message } };
  for (const { pattern, make } of rules) {
    const match = pattern.exec(message);
    if (match !== null) return make(match, details);
  }
  return new Error(`internal: ONNX Runtime failed in ${stage}: ${message}`);
}

function lastLine(details: ErrorDetails): string {
  return tidy(String(details.data?.runtime ?? ""));
}

/** Drops source locations of the C++ code and line breaks. */
function tidy(text: string): string {
  return text
    .replace(/\S+\.(cc|h|cpp|hpp):\d+ .*?(?=[A-Z][a-z])/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
