/** Appends the nodes of a prepared graph to a builder, for a batch of any size. */
import { expand, type GraphBuilder, ints, type Value } from "../../engine/index.ts";
import type { NodePlan } from "./batch.ts";

/** Where a node's operands come from. */
export interface Operands {
  /** A computed value; null when the name is a constant. */
  value(name: string): Value | null;
  constant(name: string): Value;
}

/** Appends one node and returns its outputs. */
export function emitNode(b: GraphBuilder, plan: NodePlan, operands: Operands, batch: number): Value[] {
  const { node, target, repeated } = plan;
  const factor = batch / plan.batch;
  const inputs = node.inputs.map((name, i) => {
    if (name === "") return null;
    if (target?.operand === i) {
      const { shape, axis, isOpen } = target;
      return ints(
        b,
        shape.map((size, k) => (k !== axis ? size : isOpen ? 0 : size * factor)),
      );
    }
    const value = operands.value(name) ?? operands.constant(name);
    const axis = repeated.get(i);
    return axis === undefined
      ? value
      : expand(
          b,
          value,
          value.shape.map((size, k) => (k === axis ? batch : size)),
        );
  });
  // a 0 among the sizes is meant as "unchanged" here
  const { allowzero, ...attributes } = node.attributes;
  return b.op(node.op, inputs, attributes, { domain: node.domain, outputs: outputNames(node.outputs) });
}

/** Outputs get fresh names; omitted ones stay omitted where no later one is used. */
function outputNames(outputs: readonly string[]): number {
  return outputs.findLastIndex((name) => name !== "") + 1;
}
