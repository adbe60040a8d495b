/**
 * The value that another one is a rearrangement of: through reshaping, and through padding, which exporters write as Pad or, for
 * circular padding, as slices of one value joined again.
 */
import { shapeOperators } from "./follow.ts";
import { type GraphIndex, nodeAt } from "./graph-index.ts";

/** Where a value comes from, and the nodes on the way. */
export interface Origin {
  readonly origin: string;
  readonly nodes: readonly number[];
}

/** The value that `value` is a rearrangement of. */
export function originOf(index: GraphIndex, value: string): string {
  return traceOrigin(index, value).origin;
}

/** The same with the positions of the nodes in between. `isPart`: slices count, because their joint is being followed. */
export function traceOrigin(index: GraphIndex, value: string, isPart = false): Origin {
  const nodes: number[] = [];
  let name = value;
  for (;;) {
    const position = index.producers.get(name);
    if (position === undefined) return { origin: name, nodes };
    const { op, inputs } = nodeAt(index, position);
    const joined = op === "Concat" ? joinedOrigin(index, inputs) : null;
    if (joined !== null) {
      nodes.push(position, ...joined.nodes);
      name = joined.origin;
    } else if (shapeOperators.has(op) || op === "Pad" || (isPart && op === "Slice")) {
      nodes.push(position);
      name = inputs[0] as string;
    } else return { origin: name, nodes };
  }
}

/** The one value that all inputs of a Concat are pieces of; null when there are several. */
function joinedOrigin(index: GraphIndex, inputs: readonly string[]): Origin | null {
  const traces = inputs.map((name) => traceOrigin(index, name, true));
  const origins = new Set(traces.map(({ origin }) => origin));
  const [origin] = origins;
  if (origin === undefined || origins.size !== 1) return null;
  return { origin, nodes: traces.flatMap(({ nodes }) => nodes) };
}
