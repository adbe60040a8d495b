/**
 * The computation graph: ONNX operators on named values, as plain data. Everything (a network specification, an
 * imported file, a training step) is this one structure; `ops/` says what each operator means, which is what it means
 * in ONNX opset 21 (older files are brought up to date when they are read).
 */
import type { DType, Tensor } from "./tensor.ts";

/** An operator attribute, tagged with its ONNX type so that it is written back unchanged. */
export type Attribute =
  | { readonly type: "int"; readonly value: number }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "ints"; readonly value: readonly number[] }
  | { readonly type: "floats"; readonly value: readonly number[] }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "tensor"; readonly value: Tensor }
  | { readonly type: "graph"; readonly value: Graph };

/** Name, type and shape of a value. Shapes are fully known: symbolic sizes are bound at import. */
export interface ValueInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** One operator application. An empty input name is an omitted optional input, as in ONNX. */
export interface Node {
  readonly name: string;
  readonly op: string;
  /** "" for the standard operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph in topological order: every input of a node is a graph input, an initializer or an earlier output. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  /** Weights and constants, by value name. */
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
  readonly outputs: readonly string[];
  /** Type and shape of every value (inputs, initializers and node outputs). */
  readonly values: ReadonlyMap<string, ValueInfo>;
}
