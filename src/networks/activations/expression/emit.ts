/** Writes an expression tree as ONNX operators applied to every element of a value. */
import type { GraphBuilder, Value } from "../../../engine/index.ts";
import { apply, scalar } from "../operators.ts";
import type { BinaryOp, Expression } from "./tree.ts";

const operators: Readonly<Record<BinaryOp, string>> = {
  "+": "Add",
  "-": "Sub",
  "*": "Mul",
  "/": "Div",
  "^": "Pow",
};

/** Appends the operators of `tree` (which contains x, and no derivatives) to the graph. */
export function emit(builder: GraphBuilder, tree: Expression, x: Value): Value {
  if (tree.kind === "x") return x;
  if (tree.kind === "number") return scalar(builder, x, tree.value);
  if (tree.kind === "call") return tree.fn.build(builder, emit(builder, tree.argument, x));
  const left = emit(builder, tree.left, x);
  return apply(builder, operators[tree.op], [left, emit(builder, tree.right, x)]);
}
