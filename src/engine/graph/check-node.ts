/** Checks of a node before it enters a graph: number and origin of its inputs, what bodies read from outside, shapes. */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { Attribute, ValueInfo } from "../ir.ts";
import type { Dense, Operator, ShapeCall } from "../ops/index.ts";
import { capturedNames } from "./prune.ts";

/** What checks need to know of the graph under construction. */
export interface NodeSurroundings {
  readonly name: string;
  has(name: string): boolean;
  stored(value: ValueInfo): Dense | null;
}

/** Throws unless a node has as many inputs as its operator takes, all of this graph. */
export function checkInputs(
  graph: NodeSurroundings,
  entry: Operator,
  name: string,
  inputs: readonly (ValueInfo | null)[],
): void {
  const [fewest, most] = entry.arity;
  if (inputs.length < fewest || inputs.length > most)
    throw new ShapeError(
      `${entry.name} (node "${name}"): received ${inputs.length} inputs, expected ${fewest === most ? fewest : `${fewest} to ${most}`}`,
    );
  for (const value of inputs)
    if (value !== null && !graph.has(value.name))
      throw new SpecError(
        `${entry.name} (node "${name}"): value "${value.name}" belongs to another graph than "${graph.name}"`,
      );
}

/** Values that a control-flow body reads from outside must exist here. */
export function checkBodies(
  graph: NodeSurroundings,
  entry: Operator,
  name: string,
  attributes: Readonly<Record<string, Attribute>>,
): void {
  for (const attribute of Object.values(attributes)) {
    if (attribute.type !== "graph") continue;
    for (const captured of capturedNames(attribute.value))
      if (!graph.has(captured))
        throw new SpecError(
          `${entry.name} (node "${name}"): its body reads "${captured}", which graph "${graph.name}" does not have`,
        );
  }
}

/** What an operator's shape rule is called with; its failures name the node and print all shapes. */
export function shapeCallOf(
  graph: NodeSurroundings,
  entry: Operator,
  name: string,
  attributes: Readonly<Record<string, Attribute>>,
  inputs: readonly (ValueInfo | null)[],
  outputs: number,
): ShapeCall {
  return {
    op: entry.name,
    attributes,
    inputs,
    outputs,
    known: (i) => {
      const value = inputs[i];
      return value ? graph.stored(value) : null;
    },
    fail: (expected) => {
      const received = inputs.map((v) => (v ? `${v.name} ${v.dtype}[${v.shape}]` : "none")).join(", ");
      throw new ShapeError(`${entry.name} (node "${name}"): received ${received}; expected ${expected}`, {
        data: { op: entry.name, node: name, shapes: inputs.map((v) => v?.shape ?? null) },
      });
    },
  };
}

/** Inputs without the absent ones at the end. */
export function trimInputs(inputs: readonly (ValueInfo | null)[]): readonly (ValueInfo | null)[] {
  let n = inputs.length;
  while (n > 0 && inputs[n - 1] === null) n--;
  return inputs.slice(0, n);
}
