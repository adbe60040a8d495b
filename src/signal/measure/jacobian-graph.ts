/**
 * Appends products with the Jacobian between two values of a network: u^T J by one backward pass, J v by one forward
 * pass. Every row of the batch has its own input and its own vector.
 */
import { type Graph, GraphBuilder, jacobianVector, type Value, vectorJacobian } from "../../engine/index.ts";
import { batchRows, findBatch } from "./batch-rows.ts";

/** Names of the extra input and of the output. */
export const jacobianNames = { vector: "jacobian_vector", product: "jacobian_product" } as const;

/** "left": u^T J, u in the space of `to`; "right": J v, v in the space of `from`. */
export type JacobianSide = "left" | "right";

/** A graph of products with a Jacobian. */
export interface JacobianGraph {
  readonly graph: Graph;
  readonly side: JacobianSide;
  readonly batch: number;
  /** Shape of the vectors fed, batch included. */
  readonly vectorShape: readonly number[];
  readonly dtype: "float32" | "float64";
}

/** Sizes of the Jacobian d to / d from of one example: [rows, cols]. */
export function jacobianSize(graph: Graph, from: string, to: string, batch: number): [number, number] {
  const size = (name: string): number =>
    (graph.values.get(name)?.shape ?? []).reduce((product, n) => product * n, 1) / batch;
  return [size(to), size(from)];
}

/** Builds the products. The batch has to be the first axis of both values. */
export function buildJacobianGraph(
  graph: Graph,
  from: string,
  to: string,
  side: JacobianSide,
  batch: number,
): JacobianGraph {
  const b = GraphBuilder.from({ ...graph, outputs: [] });
  const [x, y] = [b.value(from), b.value(to)];
  const space = side === "left" ? y : x;
  const vector = b.input(jacobianNames.vector, space.dtype, space.shape);
  const [product] =
    side === "left" ? vectorJacobian(b, [y], [x], [vector]) : jacobianVector(b, [y], [x], [vector]);
  const result = side === "left" ? x : y;
  const rows = batchRows(b, product as Value, batch, findBatch(b, result, batch));
  b.output(rows, jacobianNames.product);
  return {
    graph: b.build(),
    side,
    batch,
    vectorShape: space.shape,
    dtype: space.dtype === "float64" ? "float64" : "float32",
  };
}
