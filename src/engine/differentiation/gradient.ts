/**
 * Reverse-mode differentiation from graph to graph: the gradient is appended to the same builder as more operators,
 * so it is optimised, run, exported and differentiated again like everything else.
 */
import { ShapeError, UnsupportedOpError } from "../../base/index.ts";
import { type GraphBuilder, usedNames, type Value } from "../graph/index.ts";
import type { Node } from "../ir.ts";
import { add, full, operatorOf, unsupportedReason } from "../ops/index.ts";
import { isFloat, sizeOf } from "../tensor.ts";

/**
 * Gradient of a scalar (or of `sum(seed * output)`) with respect to some values:
 * $$ g_i = \sum_k s_k \, \partial y_k / \partial x_i . $$
 *
 * @param b builder that holds `output` and `wrt`; the gradient is appended to it
 * @param output y, any shape when a seed is given
 * @param wrt values x_i of a float type: inputs, parameters or intermediate values
 * @param seed s, the shape of `output`; default 1 for an output of one element
 * @returns one value per element of `wrt`, of the same shape; zeros where the output does not depend on it
 * @throws {ShapeError} when the output has several elements and no seed is given
 * @throws {UnsupportedOpError} naming node and operator when one on the path has no derivative
 * @example
 * ```ts
 * import { GraphBuilder, interpret, mul, reduceSum, tensorOf } from "isinglass/engine";
 * const b = new GraphBuilder();
 * const x = b.input("x", "float64", [3]);
 * const [dx] = gradient(b, reduceSum(b, mul(b, x, x)), [x]);
 * b.output(dx, "dx");
 * [...interpret(b.build(), { x: tensorOf("float64", [3], [1, 2, 3]) }).dx.data]; // => [2, 4, 6]
 * ```
 */
export function gradient(b: GraphBuilder, output: Value, wrt: readonly Value[], seed?: Value): Value[] {
  if (seed === undefined && sizeOf(output.shape) !== 1)
    throw new ShapeError(
      `gradient: output "${output.name}" has shape [${output.shape}], expected one element`,
      { hint: "pass a seed of the output's shape, or reduce the output to a scalar" },
    );
  return vectorJacobian(b, [output], wrt, [seed ?? full(b, 1, output.shape, output.dtype)]);
}

/**
 * Vector-Jacobian product u^T J of several outputs at once: for each input the sum over outputs of
 * $$ \sum_k u_k \, \partial y_k / \partial x . $$
 * Costs one backward pass, about twice the forward pass.
 *
 * @param cotangents u, one per output and of its shape
 * @returns one value per input, of its shape
 * @example
 * ```ts
 * import { GraphBuilder, tanh } from "isinglass/engine";
 * const b = new GraphBuilder();
 * const x = b.input("x", "float64", [3]);
 * const u = b.input("u", "float64", [3]);
 * const [dx] = vectorJacobian(b, [tanh(b, x)], [x], [u]);
 * dx.shape; // => [3]
 * ```
 */
export function vectorJacobian(
  b: GraphBuilder,
  outputs: readonly Value[],
  inputs: readonly Value[],
  cotangents: readonly Value[],
): Value[] {
  for (const [i, y] of outputs.entries()) {
    const u = cotangents[i];
    if (u === undefined || u.shape.join() !== y.shape.join() || u.dtype !== y.dtype)
      throw new ShapeError(
        `vectorJacobian: cotangent of "${y.name}" received ${u ? `${u.dtype}[${u.shape}]` : "nothing"}, expected ${y.dtype}[${y.shape}]`,
      );
  }
  for (const x of inputs)
    if (!isFloat(x.dtype)) throw new ShapeError(`gradient: "${x.name}" is ${x.dtype}, expected a float type`);
  const nodes = [...b.nodes];
  const varying = varyingValues(b, nodes, inputs);
  const sums = new Map<string, Value>();
  const accumulate = (name: string, g: Value): void => {
    const have = sums.get(name);
    sums.set(name, have ? add(b, have, g) : g);
  };
  for (const [i, y] of outputs.entries()) if (varying.has(y.name)) accumulate(y.name, cotangents[i] as Value);
  for (let k = nodes.length - 1; k >= 0; k--) pullBack(b, nodes[k] as Node, varying, sums, accumulate);
  return inputs.map((x) => sums.get(x.name) ?? full(b, 0, x.shape, x.dtype));
}

/** Names of the float values that depend on `inputs`; integers and booleans carry no derivative. */
function varyingValues(b: GraphBuilder, nodes: readonly Node[], inputs: readonly Value[]): Set<string> {
  const varying = new Set(inputs.map((x) => x.name));
  for (const node of nodes)
    if (usedNames(node).some((name) => varying.has(name)))
      for (const name of node.outputs) if (name !== "" && isFloat(b.value(name).dtype)) varying.add(name);
  return varying;
}

/** Adds the cotangents of one node's inputs, given those of its outputs. */
function pullBack(
  b: GraphBuilder,
  recorded: Node,
  varying: ReadonlySet<string>,
  sums: ReadonlyMap<string, Value>,
  accumulate: (name: string, g: Value) => void,
): void {
  const live = recorded.outputs.some((name) => sums.has(name));
  if (!live || !usedNames(recorded).some((name) => varying.has(name))) return;
  const entry = operatorOf(recorded.op, recorded.domain);
  if (entry === null || entry.vjp === null)
    throw new UnsupportedOpError(
      `gradient: node "${recorded.name}": operator ${recorded.op} has no derivative`,
      {
        hint: entry?.note ?? unsupportedReason(recorded.op, recorded.domain),
        data: { node: recorded.name, op: recorded.op },
      },
    );
  const inputs = recorded.inputs.map((name) => (name === "" ? null : b.value(name)));
  const gradients = entry.vjp({
    b,
    node: recorded,
    attributes: recorded.attributes,
    inputs,
    outputs: recorded.outputs.map((name) =>
      name === "" ? { name, dtype: "float32" as const, shape: [] } : b.value(name),
    ),
    cotangents: recorded.outputs.map((name) => sums.get(name) ?? null),
    wanted: recorded.inputs.map((name) => varying.has(name)),
  });
  for (const [i, name] of recorded.inputs.entries()) {
    const g = gradients[i];
    if (!g || !varying.has(name)) continue;
    const x = inputs[i] as Value;
    if (g.shape.join() !== x.shape.join())
      throw new Error(
        `internal: ${recorded.op} gradient of input ${i} has shape [${g.shape}], not [${x.shape}]`,
      );
    accumulate(name, g);
  }
}
