/**
 * Values of a graph as one row per example. Mostly the batch is the first axis; attention code also puts positions
 * first, [positions, batch, features], or merges the two axes, in either order.
 */
import { ShapeError } from "../../base/index.ts";
import { type GraphBuilder, reshape, transpose, type Value } from "../../engine/index.ts";

/** Where the batch is: the first axis (alone or the slower part), the second axis, or the faster part of the first. */
export type BatchPlace = "first" | "second" | "merged-fast";

function search(b: GraphBuilder, value: Value, batch: number): BatchPlace | null {
  const { shape } = value;
  if (shape[0] === batch) return "first";
  if (shape.length > 2 && shape[1] === batch) return "second";
  const node = b.producer(value);
  const source = node?.inputs.find((name) => b.has(name) && b.tensor(b.value(name)) === null);
  if (node === null || source === undefined) return null;
  const before = search(b, b.value(source), batch);
  // [positions, batch, ...] with its first two axes merged: the batch runs faster
  return before === "second" && node.op === "Reshape" ? "merged-fast" : before;
}

/** Finds the batch; throws a ShapeError when no axis can be the batch. */
export function findBatch(b: GraphBuilder, value: Value, batch: number): BatchPlace {
  const size = value.shape.reduce((product, n) => product * n, 1);
  const place = size % batch === 0 ? search(b, value, batch) : null;
  if (place !== null) return place;
  throw new ShapeError(
    `measurement: value "${value.name}" of shape [${value.shape}] has no axis of the batch size ${batch}.`,
    {
      hint: "Export the model with the batch as first axis.",
      data: { value: value.name, shape: value.shape },
    },
  );
}

/** A value whose batch is at `place` (or its gradient) as [batch, features]. */
export function batchRows(b: GraphBuilder, value: Value, batch: number, place: BatchPlace): Value {
  const features = value.shape.reduce((product, n) => product * n, 1) / batch;
  if (place === "first") return reshape(b, value, [batch, features]);
  const before = (value.shape[0] as number) / (place === "merged-fast" ? batch : 1);
  const split = reshape(b, value, [before, batch, features / before]);
  return reshape(b, transpose(b, split, [1, 0, 2]), [batch, features]);
}
