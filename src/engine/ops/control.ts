/**
 * Scan: a body graph applied once per element of sequences, with states carried along. Used for training loops: many
 * optimiser steps in one run. The body may read values of the enclosing graph, as ONNX allows.
 */
import type { Graph, ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { graphAttribute, intOf, intsOf } from "./attributes.ts";
import type {
  Attributes,
  Dense,
  Emitter,
  EvaluateCall,
  Operator,
  OutputType,
  ShapeCall,
} from "./definition.ts";
import { dense, gatherFlat, stridedIndices } from "./dense.ts";
import { argument, required } from "./family.ts";
import { sameShape, splitAt, stridesOf } from "./shapes.ts";

/** What is scanned over what. */
export interface ScanOptions {
  /** Inputs: the states, then one element of every sequence. Outputs: the new states, then the recorded values. */
  readonly body: Graph;
  /** Initial states. */
  readonly states: readonly ValueInfo[];
  /** Sequences, stacked along axis 0, all of one length. */
  readonly sequences: readonly ValueInfo[];
}

/**
 * Applies `body` once per element of the sequences.
 * @returns final states, then every recorded value stacked along a new axis 0
 * @throws {ShapeError} when the body's inputs do not fit the states and sequence elements.
 */
export function scan(b: Emitter, { body, states, sequences }: ScanOptions): ValueInfo[] {
  return b.op(
    "Scan",
    [...states, ...sequences],
    { body, num_scan_inputs: sequences.length },
    { outputs: body.outputs.length },
  );
}

interface ScanPlan {
  readonly body: Graph;
  readonly stateCount: number;
  readonly inputAxes: readonly number[];
  readonly outputAxes: readonly number[];
  readonly inputReversed: readonly boolean[];
  readonly outputReversed: readonly boolean[];
}

function planOf(attributes: Attributes, inputCount: number): ScanPlan | null {
  const body = graphAttribute(attributes, "body");
  if (body === null) return null;
  const scanned = intOf(attributes, "num_scan_inputs", 0);
  const stateCount = inputCount - scanned;
  const recorded = body.outputs.length - stateCount;
  if (body.inputs.length !== inputCount || recorded < 0 || stateCount < 0) return null;
  const list = (name: string, n: number): number[] =>
    Array.from({ length: n }, (_, i) => intsOf(attributes, name)?.[i] ?? 0);
  return {
    body,
    stateCount,
    inputAxes: list("scan_input_axes", scanned),
    outputAxes: list("scan_output_axes", recorded),
    inputReversed: list("scan_input_directions", scanned).map((d) => d === 1),
    outputReversed: list("scan_output_directions", recorded).map((d) => d === 1),
  };
}

const wrapAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

function scanShape(call: ShapeCall): OutputType[] {
  const plan = planOf(call.attributes, call.inputs.length);
  if (plan === null)
    return call.fail("a body graph with one input per state and sequence and at least one output per state");
  const { body, stateCount } = plan;
  let length: number | null = null;
  for (const [i, info] of body.inputs.entries()) {
    const x = required(call, i);
    const axis = i < stateCount ? -1 : wrapAxis(plan.inputAxes[i - stateCount] as number, x.shape.length);
    const element = x.shape.filter((_, k) => k !== axis);
    if (x.dtype !== info.dtype || !sameShape(element, info.shape))
      return call.fail(
        `input ${i} to give the body's "${info.name}" ${info.dtype}[${info.shape}], not ${x.dtype}[${element}]`,
      );
    if (axis < 0) continue;
    const n = x.shape[axis] as number;
    if (length !== null && n !== length) return call.fail(`sequences of one length, not ${length} and ${n}`);
    length = n;
  }
  return body.outputs.map((name, k) => {
    const info = body.values.get(name);
    if (info === undefined) return call.fail(`the type of the body's output "${name}"`);
    if (k < stateCount) {
      const state = body.inputs[k] as ValueInfo;
      if (!sameShape(info.shape, state.shape) || info.dtype !== state.dtype)
        return call.fail(
          `state ${k} to keep ${state.dtype}[${state.shape}], not ${info.dtype}[${info.shape}]`,
        );
      return { dtype: info.dtype, shape: info.shape };
    }
    const axis = wrapAxis(plan.outputAxes[k - stateCount] as number, info.shape.length + 1);
    return { dtype: info.dtype, shape: info.shape.toSpliced(axis, 0, length ?? 0) };
  });
}

/** Element `t` of a sequence along `axis`. */
function elementOf(x: Dense, axis: number, t: number): Dense {
  const strides = stridesOf(x.shape);
  const shape = x.shape.filter((_, k) => k !== axis);
  const indices = stridedIndices(
    shape,
    strides.filter((_, k) => k !== axis),
    t * (strides[axis] as number),
  );
  return dense(x.dtype, shape, gatherFlat(x.data, indices));
}

function stack(parts: readonly Dense[], axis: number, output: OutputType): Dense {
  const { outer, n, inner } = splitAt(output.shape, axis);
  const data = new Float64Array(sizeOf(output.shape));
  for (const [t, part] of parts.entries())
    for (let o = 0; o < outer; o++)
      data.set(part.data.subarray(o * inner, (o + 1) * inner), (o * n + t) * inner);
  return { dtype: output.dtype, shape: output.shape, data };
}

function evaluateScan(call: EvaluateCall): Dense[] {
  const plan = planOf(call.attributes, call.inputs.length);
  if (plan === null) throw new Error("internal: Scan lost its body");
  const { body, stateCount } = plan;
  const sequences = call.inputs.slice(stateCount).map((_, i) => argument(call, stateCount + i));
  const axes = plan.inputAxes.map((a, i) => wrapAxis(a, (sequences[i] as Dense).shape.length));
  const length = sequences[0]?.shape[axes[0] as number] ?? 0;
  let states = call.inputs.slice(0, stateCount).map((_, i) => argument(call, i));
  const records = plan.outputAxes.map((): Dense[] => []);
  for (let t = 0; t < length; t++) {
    const elements = sequences.map((x, i) =>
      elementOf(x, axes[i] as number, plan.inputReversed[i] ? length - 1 - t : t),
    );
    const results = call.runBody(body, [...states, ...elements]);
    states = results.slice(0, stateCount);
    for (const [k, record] of records.entries()) record.push(results[stateCount + k] as Dense);
  }
  const stacked = records.map((record, k) => {
    const output = call.outputs[stateCount + k] as OutputType;
    const ordered = plan.outputReversed[k] ? record.reverse() : record;
    return stack(ordered, wrapAxis(plan.outputAxes[k] as number, output.shape.length), output);
  });
  return [...states, ...stacked];
}

/** Entries of this family. */
export const control: readonly Operator[] = [
  {
    name: "Scan",
    domain: "",
    since: 9,
    attributes: {
      body: "graph",
      num_scan_inputs: "int",
      scan_input_axes: "ints",
      scan_output_axes: "ints",
      scan_input_directions: "ints",
      scan_output_directions: "ints",
    },
    arity: [1, Number.POSITIVE_INFINITY],
    shape: scanShape,
    evaluate: evaluateScan,
    vjp: null,
    differentiable: "no",
    note: "training loops; differentiate inside the body",
  },
];
