/** What grows while a specification becomes a graph: the builder, the layers and parameters so far, the names used. */
import { type DType, GraphBuilder, mul, type ValueInfo } from "../../engine/index.ts";
import { type Activation, resolveActivation } from "../activations/index.ts";
import type { NetworkSpec } from "../spec/index.ts";
import type {
  DropoutMask,
  LayerRole,
  NetworkLayer,
  NormalizationStatistics,
  ParameterInfo,
} from "./types.ts";

/** State of one build. */
export interface BuildContext {
  readonly b: GraphBuilder;
  readonly spec: NetworkSpec;
  readonly dtype: DType;
  readonly statistics: NormalizationStatistics;
  readonly activation: Activation;
  readonly layers: NetworkLayer[];
  readonly parameters: ParameterInfo[];
  readonly masks: DropoutMask[];
  /** Whether masks of dropout are inputs; otherwise every unit is kept. */
  readonly dropsUnits: boolean;
  readonly counters: Map<string, number>;
}

/** Where the next weight layer stands. */
export interface Place {
  readonly name: string;
  readonly block: number | null;
  readonly role: LayerRole;
}

/** A fresh context. */
export function createContext(
  spec: NetworkSpec,
  dtype: DType,
  statistics: NormalizationStatistics,
  dropsUnits: boolean,
): BuildContext {
  return {
    b: new GraphBuilder(spec.kind),
    spec,
    dtype,
    statistics,
    activation: resolveActivation(spec.activation),
    layers: [],
    parameters: [],
    masks: [],
    dropsUnits,
    counters: new Map(),
  };
}

/** "dense1", "dense2", ...: numbered by kind, so that a deeper network keeps the names of a shallower one. */
export function nextNumber(context: BuildContext, stem: string): number {
  const number = (context.counters.get(stem) ?? 0) + 1;
  context.counters.set(stem, number);
  return number;
}

/** Declares a parameter of the layer under construction as graph input. */
export function parameter(
  context: BuildContext,
  name: string,
  shape: readonly number[],
  role: ParameterInfo["role"],
): ValueInfo {
  context.parameters.push({ name, shape, role, layer: context.layers.length });
  return context.b.input(name, context.dtype, shape);
}

/** Multiplies by a mask of dropout, which enters as an input of the shape of x. */
export function drop(context: BuildContext, x: ValueInfo, name: string): ValueInfo {
  const { keepRate = 1 } = context.spec;
  if (!context.dropsUnits || keepRate === 1) return x;
  const mask = context.b.input(`${name}.mask`, context.dtype, x.shape);
  context.masks.push({ name: mask.name, shape: mask.shape, keepRate });
  return mul(context.b, x, mask);
}
