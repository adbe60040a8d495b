/**
 * Constant folding: operators whose inputs are all known, or whose value follows from shapes, become constants.
 * Exported models compute shapes with operators (Shape, Gather, Concat, ...); after folding nothing of it is left.
 */
import type { ValueInfo } from "../ir.ts";
import type { Dense, Operator, OutputType, ShapeCall } from "../ops/index.ts";
import { toTensor } from "../ops/index.ts";
import { isFloat, sizeOf, type Tensor } from "../tensor.ts";
import { FOLD_LIMIT } from "./known.ts";

/** Values of a node that can be known now, null when it has to stay in the graph. */
export function foldOutputs(
  entry: Operator,
  call: ShapeCall,
  types: readonly OutputType[],
  literal: (value: ValueInfo) => Dense | null,
): readonly Tensor[] | null {
  const fromShapes = entry.fold?.(call);
  if (fromShapes) return fromShapes.map(toTensor);
  if (call.inputs.length === 0 || entry.name === "Scan") return null;
  // Integer results are always folded, because shapes may depend on them; float results only while small.
  if (types.some((t) => isFloat(t.dtype) && sizeOf(t.shape) > FOLD_LIMIT)) return null;
  const inputs: (Dense | null)[] = [];
  for (const value of call.inputs) {
    const known = value === null ? null : literal(value);
    if (value !== null && known === null) return null;
    inputs.push(known);
  }
  const results = entry.evaluate({
    op: entry.name,
    attributes: call.attributes,
    inputs,
    outputs: types,
    runBody: () => {
      throw new Error("internal: a folded operator has no body");
    },
  });
  return results.slice(0, types.length).map(toTensor);
}
