/**
 * Nodes that exporters write for a copy: PyTorch's as_strided becomes a Gather with all positions in order, which
 * contains the batch size; as a Reshape it does not.
 */
import { type Graph, intOf, type Node, type Tensor, type ValueInfo } from "../../engine/index.ts";

/** The node, or the Reshape that does the same for every batch. */
export function withoutCopies(node: Node, graph: Graph, constants: Map<string, Tensor>): Node {
  const [x = "", at = ""] = node.inputs;
  const positions = constants.get(at);
  const source = graph.values.get(x) as ValueInfo;
  if (node.op !== "Gather" || positions === undefined || source.shape.length !== 1) return node;
  const { data, shape } = positions;
  const isCopy =
    intOf(node.attributes, "axis", 0) === 0 &&
    data.length === source.shape[0] &&
    (data as BigInt64Array).every((value, i) => Number(value) === i);
  if (!isCopy) return node;
  const target = `${node.name}.shape`;
  constants.set(target, {
    dtype: "int64",
    shape: [shape.length],
    data: BigInt64Array.from(shape, (size) => BigInt(size)),
  });
  return { ...node, op: "Reshape", inputs: [x, target], attributes: {} };
}
