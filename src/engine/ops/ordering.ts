/** Order along an axis: TopK, ArgMax, ArgMin, and the running sum. */
import type { ValueInfo } from "../ir.ts";
import { flagOf, intOf } from "./attributes.ts";
import type { Attributes, Dense, EvaluateCall, Operator, OutputType, ShapeCall } from "./definition.ts";
import { dense } from "./dense.ts";
import { full, one } from "./emit.ts";
import { argument, required } from "./family.ts";
import { knownInts } from "./layout.ts";
import { normalizeAxis, range, reducedShape, splitAt } from "./shapes.ts";
import { mapLines } from "./softmax.ts";

const axisOf = (attributes: Attributes, rank: number, fallback: number): number =>
  normalizeAxis(intOf(attributes, "axis", fallback), rank) ?? -1;

/** Calls `f(line, start, inner)` for every line along an axis. */
function eachLine(
  shape: readonly number[],
  axis: number,
  data: Float64Array,
  f: (line: number[], o: number, i: number) => void,
): void {
  const { outer, n, inner } = splitAt(shape, axis);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++)
      f(
        range(n).map((k) => data[(o * n + k) * inner + i] as number),
        o,
        i,
      );
}

function evaluateTopK(call: EvaluateCall): Dense[] {
  const x = argument(call, 0);
  const axis = axisOf(call.attributes, x.shape.length, -1);
  const { dtype, shape } = call.outputs[0] as OutputType;
  const { n: k, inner } = splitAt(shape, axis);
  const direction = flagOf(call.attributes, "largest", true) ? -1 : 1;
  const size = shape.reduce((p, q) => p * q, 1);
  const [values, positions] = [new Float64Array(size), new Float64Array(size)];
  eachLine(x.shape, axis, x.data, (line, o, i) => {
    const order = range(line.length).sort(
      (p, q) => direction * ((line[p] as number) - (line[q] as number)) || p - q,
    );
    for (let r = 0; r < k; r++) {
      const at = (o * k + r) * inner + i;
      positions[at] = order[r] as number;
      values[at] = line[order[r] as number] as number;
    }
  });
  return [dense(dtype, shape, values), dense("int64", shape, positions)];
}

const topK: Operator = {
  name: "TopK",
  domain: "",
  since: 11,
  attributes: { axis: "int", largest: "int", sorted: "int" },
  arity: [2, 2],
  shape: (call) => {
    const x = required(call, 0);
    const axis = axisOf(call.attributes, x.shape.length, -1);
    const k = knownInts(call, 1, "k")[0] as number;
    if (axis < 0 || k > (x.shape[axis] as number)) return call.fail(`an axis with at least ${k} elements`);
    const shape = x.shape.with(axis, k);
    return [
      { dtype: x.dtype, shape },
      { dtype: "int64", shape },
    ];
  },
  evaluate: evaluateTopK,
  vjp: ({ b, attributes, inputs, outputs, cotangents }) => {
    const [x, g] = [inputs[0] as ValueInfo, cotangents[0] as ValueInfo];
    const positions = b.sibling(outputs[0] as ValueInfo, 1);
    const axis = axisOf(attributes, x.shape.length, -1);
    return [one(b, "ScatterElements", [full(b, 0, x.shape, x.dtype), positions, g], { axis }), null];
  },
  differentiable: "piecewise",
  note: "gradient to the chosen elements",
};

function argExtremum(name: string, better: (candidate: number, best: number) => boolean): Operator {
  return {
    name,
    domain: "",
    since: 1,
    attributes: { axis: "int", keepdims: "int", select_last_index: "int" },
    arity: [1, 1],
    shape: (call: ShapeCall) => {
      const x = required(call, 0);
      const axis = axisOf(call.attributes, x.shape.length, 0);
      if (axis < 0) return call.fail("an axis within the rank");
      return [
        { dtype: "int64", shape: reducedShape(x.shape, [axis], flagOf(call.attributes, "keepdims", true)) },
      ];
    },
    evaluate: (call) => {
      const x = argument(call, 0);
      const axis = axisOf(call.attributes, x.shape.length, 0);
      const last = flagOf(call.attributes, "select_last_index");
      const { shape } = call.outputs[0] as OutputType;
      const result: number[] = [];
      eachLine(x.shape, axis, x.data, (line) => {
        let best = 0;
        for (const [k, v] of line.entries()) {
          const champion = line[best] as number;
          if (better(v, champion) || (last && v === champion)) best = k;
        }
        result.push(best);
      });
      return [dense("int64", shape, result)];
    },
    vjp: null,
    differentiable: "no",
    note: "integer result: gradients stop here",
  };
}

const cumSum: Operator = {
  name: "CumSum",
  domain: "",
  since: 11,
  attributes: { exclusive: "int", reverse: "int" },
  arity: [2, 2],
  shape: (call) => {
    const x = required(call, 0);
    if (normalizeAxis(knownInts(call, 1, "the axis")[0] as number, x.shape.length) === null)
      return call.fail("an axis within the rank");
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate: (call) => {
    const [x, axis] = [argument(call, 0), argument(call, 1).data[0] as number];
    const exclusive = flagOf(call.attributes, "exclusive");
    const reverse = flagOf(call.attributes, "reverse");
    const running = (line: Float64Array): void => {
      let sum = 0;
      for (let k = 0; k < line.length; k++) {
        const at = reverse ? line.length - 1 - k : k;
        const v = line[at] as number;
        line[at] = exclusive ? sum : sum + v;
        sum += v;
      }
    };
    return [mapLines(x, normalizeAxis(axis, x.shape.length) as number, running)];
  },
  vjp: ({ b, attributes, inputs, cotangents }) => {
    const reverse = flagOf(attributes, "reverse") ? 0 : 1;
    const exclusive = intOf(attributes, "exclusive", 0);
    return [
      one(b, "CumSum", [cotangents[0] as ValueInfo, inputs[1] as ValueInfo], { exclusive, reverse }),
      null,
    ];
  },
  differentiable: "yes",
  note: "the axis must be known",
};

/** Entries of this family. */
export const ordering: readonly Operator[] = [
  topK,
  argExtremum("ArgMax", (candidate, best) => candidate > best),
  argExtremum("ArgMin", (candidate, best) => candidate < best),
  cumSum,
];
