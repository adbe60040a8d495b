/** Exact inverses of blocks that only move elements, put constants beside them or add constants: no training. */
import {
  type GraphBuilder,
  intOf,
  intsOf,
  reshape,
  slice,
  sub,
  transpose,
  type Value,
  type ValueInfo,
} from "../../../engine/index.ts";
import type { NodePlan } from "../batch.ts";
import type { FrozenGraph } from "../frozen.ts";
import { identities } from "../roles.ts";
import type { DecoderPlan } from "../types.ts";
import { toExamples } from "./linear.ts";

/** The plan that undoes nodes in a row, the last one first. */
export function rearrangementPlan(
  frozen: FrozenGraph,
  nodes: readonly NodePlan[],
  input: readonly number[],
): DecoderPlan {
  const steps = nodes.filter(({ node }) => !identities.has(node.op)).toReversed();
  const names = steps.map(({ node }) => node.op);
  return {
    kind: steps.length === 0 ? "identity" : "reshape",
    parameters: [],
    description: `exact inverse of ${names.length === 0 ? "the identity" : names.toReversed().join(", ")}: no training`,
    build: (b, y) => {
      const batch = y.shape[0] as number;
      const x = steps.reduce((value, { node }) => undo(b, frozen, node, value, batch), y);
      return toExamples(b, x, input);
    },
  };
}

function undo(b: GraphBuilder, frozen: FrozenGraph, node: NodePlan["node"], y: Value, batch: number): Value {
  const { constants, values, batchAxes } = frozen;
  const from = node.inputs.find((name) => !constants.has(name)) as string;
  const { shape } = values.get(from) as ValueInfo;
  const grown = batchAxes.get(from)?.axis ?? null;
  const target = shape.map((size, axis) => (axis === grown ? (size * batch) / frozen.batch : size));
  switch (node.op) {
    case "Transpose": {
      const perm = intsOf(node.attributes, "perm") ?? shape.map((_, axis) => shape.length - 1 - axis);
      return transpose(
        b,
        y,
        perm.map((_, axis) => perm.indexOf(axis)),
      );
    }
    case "Add": {
      const constant = constants.get(node.inputs.find((name) => name !== from) as string);
      return constant === undefined ? y : sub(b, y, b.constant(constant));
    }
    case "Concat": {
      const axis = (intOf(node.attributes, "axis", 0) + shape.length) % shape.length;
      const parts = node.inputs.slice(0, node.inputs.indexOf(from));
      const start = parts.reduce((sum, name) => sum + (constants.get(name)?.shape[axis] ?? 0), 0);
      return slice(b, y, [{ axis, start, end: start + (shape[axis] as number) }]);
    }
    default:
      return grown === 0 && shape[0] === frozen.batch
        ? toExamples(b, y, shape.slice(1))
        : reshape(b, y, target);
  }
}
