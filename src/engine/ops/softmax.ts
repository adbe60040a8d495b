/** Softmax and its logarithm over one axis (the meaning since opset 13). */
import type { ValueInfo } from "../ir.ts";
import { intOf } from "./attributes.ts";
import type { Dense, Operator, VjpCall } from "./definition.ts";
import { exp, mul, reduceSum, sub } from "./emit.ts";
import { argument, required } from "./family.ts";
import { normalizeAxis, splitAt } from "./shapes.ts";

/** Maps every line along `axis`; `f` writes the line's result in place. */
export function mapLines(x: Dense, axis: number, f: (line: Float64Array) => void): Dense {
  const { outer, n, inner } = splitAt(x.shape, axis);
  const data = new Float64Array(x.data.length);
  const line = new Float64Array(n);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const base = o * n * inner + i;
      for (let k = 0; k < n; k++) line[k] = x.data[base + k * inner] as number;
      f(line);
      for (let k = 0; k < n; k++) data[base + k * inner] = line[k] as number;
    }
  return { dtype: x.dtype, shape: x.shape, data };
}

function logSumExp(line: Float64Array): number {
  const top = line.reduce((p, q) => Math.max(p, q), Number.NEGATIVE_INFINITY);
  return top + Math.log(line.reduce((s, v) => s + Math.exp(v - top), 0));
}

function overAxis(
  name: string,
  value: (line: Float64Array) => void,
  gradient: (call: VjpCall, y: ValueInfo, g: ValueInfo, axis: number) => ValueInfo,
): Operator {
  return {
    name,
    domain: "",
    since: 13,
    attributes: { axis: "int" },
    arity: [1, 1],
    shape: (call) => {
      const x = required(call, 0);
      if (normalizeAxis(intOf(call.attributes, "axis", -1), x.shape.length) === null)
        return call.fail(`an axis within -${x.shape.length}..${x.shape.length - 1}`);
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    evaluate: (call) => {
      const x = argument(call, 0);
      const axis = normalizeAxis(intOf(call.attributes, "axis", -1), x.shape.length) as number;
      return [mapLines(x, axis, value)];
    },
    vjp: (call) => {
      const y = call.outputs[0] as ValueInfo;
      const axis = normalizeAxis(intOf(call.attributes, "axis", -1), y.shape.length) as number;
      return [gradient(call, y, call.cotangents[0] as ValueInfo, axis)];
    },
    differentiable: "yes",
    note: "differentiated through its output",
  };
}

/** Entries of this family. */
export const softmaxes: readonly Operator[] = [
  overAxis(
    "Softmax",
    (line) => {
      const total = logSumExp(line);
      for (const [k, v] of line.entries()) line[k] = Math.exp(v - total);
    },
    ({ b }, y, g, axis) => {
      const gy = mul(b, g, y);
      return sub(b, gy, mul(b, y, reduceSum(b, gy, { axes: [axis], keepdims: true })));
    },
  ),
  overAxis(
    "LogSoftmax",
    (line) => {
      const total = logSumExp(line);
      for (const [k, v] of line.entries()) line[k] = v - total;
    },
    ({ b }, y, g, axis) => sub(b, g, mul(b, exp(b, y), reduceSum(b, g, { axes: [axis], keepdims: true }))),
  ),
];
