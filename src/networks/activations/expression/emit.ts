/** Writes an expression tree as ONNX operators applied to every element of a value. */

import type { ValueInfo } from "../../../engine/index.ts";
import {
  add,
  type BinaryHelper,
  div,
  type Emitter,
  mul,
  pow,
  scalar,
  sub,
} from "../../../engine/ops/index.ts";
import type { BinaryOp, Expression } from "./tree.ts";

const helpers: Readonly<Record<BinaryOp, BinaryHelper>> = {
  "+": add,
  "-": sub,
  "*": mul,
  "/": div,
  "^": pow,
};

/** Appends the operators of `tree` (which contains x, and no derivatives) to the graph. */
export function emit(builder: Emitter, tree: Expression, x: ValueInfo): ValueInfo {
  if (tree.kind === "x") return x;
  if (tree.kind === "number") return scalar(builder, tree.value, x.dtype);
  if (tree.kind === "call") return tree.fn.build(builder, emit(builder, tree.argument, x));
  const left = emit(builder, tree.left, x);
  return helpers[tree.op](builder, left, emit(builder, tree.right, x));
}
