/** What Jacobian measurements on specified and on given networks share: options, the choice of method, the report. */
import { SpecError } from "../../base/index.ts";
import type { Graph } from "../../engine/index.ts";
import { type ExecutionOptions, sessionOptions } from "./execution.ts";
import type { JacobianPlan } from "./jacobian-spectra.ts";
import { type JacobianMeasurement, type JacobianSpectrum, summarize } from "./spectrum.ts";
import type { Examples } from "./types.ts";

/** Options of Jacobian measurements. */
export interface JacobianOptions extends ExecutionOptions {
  /** Value to differentiate by. Default: the data input. */
  readonly from?: string;
  /** Value to differentiate. Default: the network's output. */
  readonly to?: string;
  /** Number of draws of the parameters, each with another example (specification). Default 5. */
  readonly seeds?: number;
  /** Number of examples (given network). Default 4. */
  readonly inputs?: number;
  /** Default "auto": dense when the smaller side is at most 1024. */
  readonly method?: "auto" | "dense" | "lanczos";
  /** Number of largest singular values that Lanczos finds. Default 8. */
  readonly count?: number;
}

/** Largest smaller side whose singular values are all computed: 1024 cost about 10 s. */
const denseLimit = 1024;
/** Most rows of a whole Jacobian per run, and examples per run of Lanczos. */
const denseBatch = 256;
const lanczosBatch = 4;

/** Decides the method, and how many rows a run has. */
export function chooseMethod(
  rows: number,
  cols: number,
  wanted: JacobianOptions["method"],
): {
  method: "dense" | "lanczos";
  batch: number;
} {
  const short = Math.min(rows, cols);
  const isDense = wanted === "dense" || (wanted !== "lanczos" && short <= denseLimit);
  return isDense
    ? { method: "dense", batch: Math.ceil(short / Math.ceil(short / denseBatch)) }
    : { method: "lanczos", batch: lanczosBatch };
}

/** One example repeated in every row of the batch, or `batch` examples from `first` on. */
export function fillBatch(
  examples: Examples,
  shape: readonly number[],
  first: number,
  isRepeated: boolean,
): Float32Array {
  const [batch = 1, ...rest] = shape;
  const size = rest.reduce((product, n) => product * n, 1);
  const data = new Float32Array(batch * size);
  for (let row = 0; row < batch; row++) {
    const example = (isRepeated ? first : first + row) % examples.count;
    data.set(examples.inputs.subarray(example * size, (example + 1) * size), row * size);
  }
  return data;
}

/** The values to differentiate by and to differentiate; throws a SpecError for unknown names. */
export function endsOf(
  graph: Graph,
  { from, to }: JacobianOptions,
  input: string,
  output: string,
): [string, string] {
  for (const name of [from, to]) {
    if (name === undefined || graph.values.has(name)) continue;
    throw new SpecError(`Jacobian: received the value "${name}", expected a value of the network.`, {
      hint: "Use preActivation or postActivation of a layer.",
    });
  }
  return [from ?? input, to ?? output];
}

/** The plan of a measurement. */
export function planOf(
  graph: Graph,
  from: string,
  to: string,
  input: string,
  batch: number,
  method: "dense" | "lanczos",
  options: JacobianOptions,
): JacobianPlan {
  const { count = 8, signal } = options;
  return { graph, from, to, input, batch, method, count, signal, session: sessionOptions(options) };
}

/** The result of a measurement. */
export function report(
  from: string,
  to: string,
  [rows, cols]: readonly [number, number],
  method: "dense" | "lanczos",
  spectra: readonly JacobianSpectrum[],
  errorsOver: "seeds" | "inputs",
  seed: number,
): JacobianMeasurement {
  const over =
    errorsOver === "seeds" ? "draws of the parameters, each with another example" : "examples of one network";
  return {
    from,
    to,
    rows,
    cols,
    method,
    spectra,
    ...summarize(spectra, errorsOver),
    errorsOver,
    seed,
    assumptions: [`Errors of the Jacobian are standard errors over ${spectra.length} ${over}.`],
  };
}
