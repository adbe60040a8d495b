/** Names while a file is imported: the main graph, and the functions and branches that are written out into it. */
import type { Value } from "../graph/index.ts";
import type { AttributeProto } from "./schema.ts";

/** "unknown" is a value that exists but whose type or shape could not be found. */
export type Found = Value | "unknown";

/** Where names are looked up. */
export interface Scope {
  readonly parent: Scope | null;
  /** Values by the name the file gives them. */
  readonly values: Map<string, Found>;
  /** What a name inside becomes in the graph. */
  readonly rename: (name: string) => string;
  /** Arguments of the function that is written out; they stand for attributes of its nodes. */
  readonly attributes: ReadonlyMap<string, AttributeProto>;
  /** Operator sets by domain. */
  readonly opsets: ReadonlyMap<string, number>;
  /** Put before node names. */
  readonly path: string;
}

/** The value of a name, here or further out; undefined when nothing defines it. */
export function lookUp(scope: Scope, name: string): Found | undefined {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = at.values.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** "ai.onnx" is the long name of the standard domain. */
export function shortDomain(domain: string | undefined): string {
  return domain === undefined || domain === "ai.onnx" ? "" : domain;
}

/** The scope of a function's body: its own names, its arguments, its outputs under the caller's names. */
export function functionScope(
  caller: Scope,
  path: string,
  inputs: ReadonlyMap<string, Found>,
  outputs: ReadonlyMap<string, string>,
  attributes: ReadonlyMap<string, AttributeProto>,
  opsets: ReadonlyMap<string, number>,
): Scope {
  return {
    parent: null,
    values: new Map(inputs),
    rename: (name) => outputs.get(name) ?? `${caller.path}${path}/${name}`,
    attributes,
    opsets,
    path: `${caller.path}${path}/`,
  };
}

/** The scope of a branch: it also sees the values around it. */
export function branchScope(outer: Scope, path: string, outputs: ReadonlyMap<string, string>): Scope {
  return {
    parent: outer,
    values: new Map(),
    rename: (name) => outputs.get(name) ?? `${outer.path}${path}/${name}`,
    attributes: outer.attributes,
    opsets: outer.opsets,
    path: `${outer.path}${path}/`,
  };
}
