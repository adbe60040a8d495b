/**
 * The ONNX messages that are read and written, by field number. Source: onnx/onnx.proto (ONNX 1.19, IR version 12).
 * Left out: sparse tensors, sequences, maps, training information, quantisation annotations.
 */
import type { Field, Schema } from "./codec.ts";

export interface StringEntry {
  readonly key?: string | undefined;
  readonly value?: string | undefined;
}

export interface TensorProto {
  readonly dims: readonly number[];
  readonly dataType?: number | undefined;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly bigint[];
  readonly name?: string | undefined;
  readonly rawData?: Uint8Array | undefined;
  readonly doubleData: readonly number[];
  readonly uint64Data: readonly bigint[];
  readonly externalData: readonly StringEntry[];
  /** 1 = external. */
  readonly dataLocation?: number | undefined;
}

export interface Dimension {
  readonly value?: number | undefined;
  readonly parameter?: string | undefined;
}

export interface TensorType {
  readonly elementType?: number | undefined;
  readonly shape?: { readonly dims: readonly Dimension[] } | undefined;
}

export interface ValueInfoProto {
  readonly name?: string | undefined;
  readonly type?: { readonly tensor?: TensorType | undefined } | undefined;
}

export interface AttributeProto {
  readonly name?: string | undefined;
  readonly float?: number | undefined;
  readonly int?: number | undefined;
  readonly string?: Uint8Array | undefined;
  readonly tensor?: TensorProto | undefined;
  readonly graph?: GraphProto | undefined;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly string[];
  readonly type?: number | undefined;
  /** Inside a function: the name of the caller's attribute that stands here. */
  readonly reference?: string | undefined;
}

export interface NodeProto {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string | undefined;
  readonly op?: string | undefined;
  readonly attributes: readonly AttributeProto[];
  readonly domain?: string | undefined;
  readonly overload?: string | undefined;
}

export interface GraphProto {
  readonly nodes: readonly NodeProto[];
  readonly name?: string | undefined;
  readonly initializers: readonly TensorProto[];
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
  readonly valueInfo: readonly ValueInfoProto[];
}

export interface OperatorSet {
  readonly domain?: string | undefined;
  readonly version?: number | undefined;
}

export interface FunctionProto {
  readonly name?: string | undefined;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Names of attributes without a default. */
  readonly attributes: readonly string[];
  readonly nodes: readonly NodeProto[];
  readonly operatorSets: readonly OperatorSet[];
  readonly domain?: string | undefined;
  readonly attributeDefaults: readonly AttributeProto[];
  readonly overload?: string | undefined;
}

export interface ModelProto {
  readonly irVersion?: number | undefined;
  readonly producer?: string | undefined;
  readonly producerVersion?: string | undefined;
  readonly graph?: GraphProto | undefined;
  readonly operatorSets: readonly OperatorSet[];
  readonly metadata: readonly StringEntry[];
  readonly functions: readonly FunctionProto[];
}

/** Attribute type numbers. */
export const attributeType = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
};

/** Field number of `ModelProto.graph`, `GraphProto.initializer` and `TensorProto.raw_data`. */
export const heavyFields = { graph: 7, initializer: 5, rawData: 9 };

const stringEntry = table<StringEntry>("StringStringEntryProto", {
  key: [1, "string"],
  value: [2, "string"],
});

export const tensorSchema: Schema = table<TensorProto>("TensorProto", {
  dims: [1, "ints"],
  dataType: [2, "int"],
  floatData: [4, "floats"],
  int32Data: [5, "ints"],
  int64Data: [7, "bigints"],
  name: [8, "string"],
  rawData: [9, "bytes"],
  doubleData: [10, "doubles"],
  uint64Data: [11, "bigints"],
  externalData: [13, "messages", () => stringEntry],
  dataLocation: [14, "int"],
});

const dimension = table<Dimension>("Dimension", { value: [1, "int"], parameter: [2, "string"] });
const shape = table<{ dims: readonly Dimension[] }>("TensorShapeProto", {
  dims: [1, "messages", () => dimension],
});
const tensorType = table<TensorType>("TypeProto.Tensor", {
  elementType: [1, "int"],
  shape: [2, "message", () => shape],
});
const type = table<{ tensor?: TensorType }>("TypeProto", { tensor: [1, "message", () => tensorType] });
const valueInfo = table<ValueInfoProto>("ValueInfoProto", {
  name: [1, "string"],
  type: [2, "message", () => type],
});

const attribute = table<AttributeProto>("AttributeProto", {
  name: [1, "string"],
  float: [2, "float"],
  int: [3, "int"],
  string: [4, "bytes"],
  tensor: [5, "message", () => tensorSchema],
  graph: [6, "message", () => graphSchema],
  floats: [7, "floats"],
  ints: [8, "ints"],
  strings: [9, "strings"],
  type: [20, "int"],
  reference: [21, "string"],
});

const node = table<NodeProto>("NodeProto", {
  inputs: [1, "strings"],
  outputs: [2, "strings"],
  name: [3, "string"],
  op: [4, "string"],
  attributes: [5, "messages", () => attribute],
  domain: [7, "string"],
  overload: [8, "string"],
});

export const graphSchema: Schema = table<GraphProto>("GraphProto", {
  nodes: [1, "messages", () => node],
  name: [2, "string"],
  initializers: [5, "messages", () => tensorSchema],
  inputs: [11, "messages", () => valueInfo],
  outputs: [12, "messages", () => valueInfo],
  valueInfo: [13, "messages", () => valueInfo],
});

const operatorSet = table<OperatorSet>("OperatorSetIdProto", { domain: [1, "string"], version: [2, "int"] });

const functionSchema = table<FunctionProto>("FunctionProto", {
  name: [1, "string"],
  inputs: [4, "strings"],
  outputs: [5, "strings"],
  attributes: [6, "strings"],
  nodes: [7, "messages", () => node],
  operatorSets: [9, "messages", () => operatorSet],
  domain: [10, "string"],
  attributeDefaults: [11, "messages", () => attribute],
  overload: [13, "string"],
});

export const modelSchema: Schema = table<ModelProto>("ModelProto", {
  irVersion: [1, "int"],
  producer: [2, "string"],
  producerVersion: [3, "string"],
  graph: [7, "message", () => graphSchema],
  operatorSets: [8, "messages", () => operatorSet],
  metadata: [14, "messages", () => stringEntry],
  functions: [25, "messages", () => functionSchema],
});

/** Checks that the table names every field of the message type. */
function table<T>(message: string, fields: { readonly [K in keyof T]-?: Field }): Schema {
  return { message, fields };
}
