/**
 * What one registry entry says about an operator: its attributes, its shape rule, its value (plain float64
 * TypeScript) and its vector-Jacobian rule, written in other operators so that derivatives can be differentiated again.
 */
import type { Attribute, Graph, Node, ValueInfo } from "../ir.ts";
import type { DType, Tensor } from "../tensor.ts";

/** A value of the oracle: elements as float64 whatever `dtype` says (integers and booleans are exact below 2^53). */
export interface Dense {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Type and shape of one output. */
export interface OutputType {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** "yes": smooth; "piecewise": smooth but for isolated points, or with derivative zero; "no": refused on a path. */
export type Differentiable = "yes" | "piecewise" | "no";

/** ONNX type of an attribute. */
export type AttributeType = Attribute["type"];

/** What may be passed as an attribute: tagged, or plain and tagged by the operator's entry. */
export type AttributeInput = Attribute | number | boolean | string | readonly number[] | Tensor | Graph;

/** Attributes as read by the rules. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** What a shape rule sees. */
export interface ShapeCall {
  readonly op: string;
  readonly attributes: Attributes;
  /** null marks an omitted optional input. */
  readonly inputs: readonly (ValueInfo | null)[];
  /** Number of outputs asked for. */
  readonly outputs: number;
  /** Value of input `i` when it is a constant, weights included. */
  known(i: number): Dense | null;
  /** Throws a ShapeError that names operator and node and prints the input shapes. */
  fail(expected: string): never;
}

/** What the oracle sees. */
export interface EvaluateCall {
  readonly op: string;
  readonly attributes: Attributes;
  readonly inputs: readonly (Dense | null)[];
  readonly outputs: readonly OutputType[];
  /** Runs the graph of a control-flow operator with these inputs; outer values are visible inside. */
  runBody(body: Graph, inputs: readonly Dense[]): Dense[];
}

/** What a vector-Jacobian rule sees. */
export interface VjpCall {
  readonly b: Emitter;
  readonly node: Node;
  readonly attributes: Attributes;
  readonly inputs: readonly (ValueInfo | null)[];
  readonly outputs: readonly ValueInfo[];
  /** dL/d(output), null where it is zero. At least one is present. */
  readonly cotangents: readonly (ValueInfo | null)[];
  /** Which inputs need a gradient. */
  readonly wanted: readonly boolean[];
}

/** dL/d(input) for every input, null for "zero or not wanted". */
export type VjpRule = (call: VjpCall) => readonly (ValueInfo | null)[];

/** Options of a generic operator call. */
export interface OpOptions {
  /** Node name; generated when absent. */
  readonly name?: string;
  readonly domain?: string;
  /** Number of outputs, or their names ("" omits one). Default 1. */
  readonly outputs?: number | readonly string[];
}

/** What helpers and rules need from a graph builder. */
export interface Emitter {
  op(
    op: string,
    inputs: readonly (ValueInfo | null)[],
    attributes?: Readonly<Record<string, AttributeInput>>,
    options?: OpOptions,
  ): ValueInfo[];
  constant(tensor: Tensor, name?: string): ValueInfo;
  /** The value of a literal or of an integer constant, which may be computed with; else null. */
  known(value: ValueInfo): Dense | null;
  /** The value of any constant, weights included; else null. */
  stored(value: ValueInfo): Dense | null;
  /** Output `index` of the node that made `value`, added to the node when it was omitted. */
  sibling(value: ValueInfo, index: number): ValueInfo;
}

/** One entry of the operator registry. */
export interface Operator {
  readonly name: string;
  /** "" for the standard operators. */
  readonly domain: string;
  /** First ONNX opset that has the operator. */
  readonly since: number;
  readonly attributes: Readonly<Record<string, AttributeType>>;
  /** Fewest and most inputs. */
  readonly arity: readonly [number, number];
  readonly shape: (call: ShapeCall) => readonly OutputType[];
  readonly evaluate: (call: EvaluateCall) => readonly Dense[];
  /** Values that follow from shapes alone (Shape, Size); others are folded by `evaluate`. */
  readonly fold?: (call: ShapeCall) => readonly Dense[] | null;
  readonly vjp: VjpRule | null;
  readonly differentiable: Differentiable;
  /** Restrictions, conventions at kinks, or why it has no derivative. */
  readonly note: string;
}

/** Last opset whose semantics the entries follow. */
export const MAX_OPSET = 22;
/** First opset that can be imported. */
export const MIN_OPSET = 13;
