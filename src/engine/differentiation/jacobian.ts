/** Forward mode from reverse mode: the Jacobian-vector product is the derivative of u^T J with respect to u. */
import { ShapeError } from "../../base/index.ts";
import type { GraphBuilder, Value } from "../graph/index.ts";
import { vectorJacobian } from "./gradient.ts";

/**
 * Jacobian-vector product J v: the change of every output when the inputs move along v,
 * $$ \dot y_k = \sum_i \partial y_k / \partial x_i \, v_i . $$
 * The product u^T J is linear in u, so differentiating it with respect to u in direction v gives J v, whatever u
 * is; the stand-in for u and everything that only it needs disappear when the graph is built. Costs one forward
 * pass beyond the function itself.
 *
 * @param tangents v, one per input and of its shape
 * @returns one value per output, of its shape
 * @throws {UnsupportedOpError} naming node and operator when one on the path has no derivative
 * @example
 * ```ts
 * import { GraphBuilder, interpret, reduceSum, mul, tensorOf } from "isinglass/engine";
 * const b = new GraphBuilder();
 * const x = b.input("x", "float64", [2]);
 * const v = b.input("v", "float64", [2]);
 * const [dy] = jacobianVector(b, [reduceSum(b, mul(b, x, x))], [x], [v]);
 * b.output(dy, "dy");
 * const at = tensorOf("float64", [2], [1, 2]);
 * interpret(b.build(), { x: at, v: at }).dy.data[0]; // => 10
 * ```
 */
export function jacobianVector(
  b: GraphBuilder,
  outputs: readonly Value[],
  inputs: readonly Value[],
  tangents: readonly Value[],
): Value[] {
  for (const [i, x] of inputs.entries()) {
    const v = tangents[i];
    if (v === undefined || v.shape.join() !== x.shape.join())
      throw new ShapeError(
        `jacobianVector: tangent of "${x.name}" received ${v ? `[${v.shape}]` : "nothing"}, expected [${x.shape}]`,
      );
  }
  const stands = outputs.map((y) => b.standIn(y.dtype, y.shape));
  const pulled = vectorJacobian(b, outputs, inputs, stands);
  return vectorJacobian(b, pulled, stands, tangents);
}
