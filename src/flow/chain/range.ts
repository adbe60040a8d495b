/**
 * Bounds on the values between blocks, by interval arithmetic over the operators that make them. They decide the
 * activation of the decoder that has to reproduce these values.
 */
import { floatOf, type Node, numbersOf } from "../../engine/index.ts";
import type { FrozenGraph } from "./frozen.ts";

/** Smallest and largest possible value. */
export type Interval = readonly [number, number];

const unbounded: Interval = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const positive: Interval = [0, Number.POSITIVE_INFINITY];

/** Operators with a fixed range whatever comes in. */
const fixed: Readonly<Record<string, Interval>> = {
  Tanh: [-1, 1],
  Erf: [-1, 1],
  Sin: [-1, 1],
  Cos: [-1, 1],
  Softsign: [-1, 1],
  Sigmoid: [0, 1],
  HardSigmoid: [0, 1],
  Softmax: [0, 1],
  Relu: positive,
  Softplus: positive,
  Exp: positive,
  Abs: positive,
  Sqrt: positive,
};

/** Operators whose output lies in the range of their first input (zeros of padding aside). */
const keeping: ReadonlySet<string> = new Set([
  "Reshape",
  "Flatten",
  "Transpose",
  "Squeeze",
  "Unsqueeze",
  "Identity",
  "Dropout",
  "MaxPool",
  "AveragePool",
  "GlobalAveragePool",
  "GlobalMaxPool",
  "ReduceMean",
  "ReduceMax",
  "ReduceMin",
  "Slice",
  "Split",
  "Expand",
]);

/**
 * A function that says the range of a value; everything is possible when an operator is not known.
 *
 * @param input - bounds on the data
 */
export function rangesOf(frozen: FrozenGraph, input: Interval = unbounded): (name: string) => Interval {
  const producers = new Map(
    frozen.nodes.flatMap(({ node }) => node.outputs.map((output): [string, Node] => [output, node])),
  );
  const known = new Map<string, Interval>([[frozen.input.name, input]]);
  const follow = (value: string): Interval => {
    const have = known.get(value);
    if (have !== undefined) return have;
    const found =
      rangeOfConstant(frozen, value) ??
      rangeOfNode(producers.get(value), follow, (other) => frozen.constants.has(other));
    known.set(value, found);
    return found;
  };
  return follow;
}

function rangeOfConstant({ constants }: FrozenGraph, name: string): Interval | null {
  const tensor = constants.get(name);
  if (tensor === undefined) return null;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of numbersOf(tensor)) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function rangeOfNode(
  node: Node | undefined,
  follow: (name: string) => Interval,
  isConstant: (name: string) => boolean,
): Interval {
  if (node === undefined) return unbounded;
  const { op, inputs, attributes } = node;
  const always = fixed[op];
  if (always !== undefined) return always;
  const [first = "", second = "", third = ""] = inputs;
  if (keeping.has(op)) return follow(first);
  switch (op) {
    case "Gather":
      // rows of a table are bounded by its entries, which says nothing about what they are used for
      return isConstant(first) ? unbounded : follow(first);
    case "Add": {
      const [a, b] = [follow(first), follow(second)];
      return [a[0] + b[0], a[1] + b[1]];
    }
    case "Concat": {
      const ranges = inputs.map(follow);
      return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
    }
    case "Clip": {
      const [low, high] = follow(first);
      const floor = second === "" ? Number.NEGATIVE_INFINITY : follow(second)[0];
      const ceiling = third === "" ? Number.POSITIVE_INFINITY : follow(third)[1];
      return [Math.max(low, floor), Math.min(high, ceiling)];
    }
    case "Elu":
      return [-floatOf(attributes, "alpha", 1), Number.POSITIVE_INFINITY];
    case "Mul": {
      const corners = [follow(first), follow(second)];
      const isPositive = corners.every(([low]) => low >= 0);
      return isPositive ? positive : unbounded;
    }
    default:
      return unbounded;
  }
}
