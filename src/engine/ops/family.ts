/** Builders of registry entries for the families whose members differ by one formula only. */
import type { ValueInfo } from "../ir.ts";
import { type DType, isFloat } from "../tensor.ts";
import type {
  Attributes,
  AttributeType,
  Differentiable,
  Emitter,
  EvaluateCall,
  Operator,
  OutputType,
  ShapeCall,
} from "./definition.ts";
import { broadcastData, build, dense } from "./dense.ts";
import { sumTo } from "./emit.ts";
import { broadcastShapes } from "./shapes.ts";

/** What the derivative of an element-wise function may use. */
export interface UnaryGradient {
  readonly b: Emitter;
  readonly x: ValueInfo;
  /** The output: tanh' = 1 - y^2 is cheaper than from x. */
  readonly y: ValueInfo;
  /** Cotangent of y. */
  readonly g: ValueInfo;
  readonly attributes: Attributes;
}

/** An element-wise function of one argument. */
export interface UnarySpec {
  readonly name: string;
  readonly since?: number;
  readonly attributes?: Readonly<Record<string, AttributeType>>;
  readonly value: (x: number, attributes: Attributes) => number;
  /** g f'(x); absent: not differentiable; "zero": derivative zero wherever it exists. */
  readonly gradient?: ((call: UnaryGradient) => ValueInfo) | "zero";
  readonly differentiable?: Differentiable;
  readonly dtype?: (x: DType, attributes: Attributes) => DType;
  readonly note?: string;
}

/** The input that an operator cannot do without. */
export function required(call: ShapeCall, i: number): ValueInfo {
  const value = call.inputs[i];
  if (value === null || value === undefined) return call.fail(`input ${i} is required`);
  return value;
}

/** Entry of an element-wise function of one argument. */
export function unaryOperator(spec: UnarySpec): Operator {
  const { gradient } = spec;
  return {
    name: spec.name,
    domain: "",
    since: spec.since ?? 1,
    attributes: spec.attributes ?? {},
    arity: [1, 1],
    shape: (call) => {
      const x = required(call, 0);
      return [{ dtype: spec.dtype?.(x.dtype, call.attributes) ?? x.dtype, shape: x.shape }];
    },
    evaluate: ({ inputs, attributes, outputs }) => {
      const x = inputs[0] as NonNullable<(typeof inputs)[0]>;
      const { dtype } = outputs[0] as OutputType;
      return [
        dense(
          dtype,
          x.shape,
          x.data.map((v) => spec.value(v, attributes)),
        ),
      ];
    },
    vjp:
      gradient === undefined
        ? null
        : gradient === "zero"
          ? () => [null]
          : ({ b, inputs, outputs, cotangents, attributes }) => [
              gradient({
                b,
                x: inputs[0] as ValueInfo,
                y: outputs[0] as ValueInfo,
                g: cotangents[0] as ValueInfo,
                attributes,
              }),
            ],
    differentiable:
      spec.differentiable ?? (gradient === undefined ? "no" : gradient === "zero" ? "piecewise" : "yes"),
    note: spec.note ?? (gradient === "zero" ? "derivative zero" : ""),
  };
}

/** What the derivative of a broadcast function of two arguments may use. */
export interface BinaryGradient {
  readonly b: Emitter;
  readonly x: ValueInfo;
  readonly y: ValueInfo;
  readonly out: ValueInfo;
  readonly g: ValueInfo;
}

/** A broadcast function of two arguments. */
export interface BinarySpec {
  readonly name: string;
  readonly since?: number;
  readonly attributes?: Readonly<Record<string, AttributeType>>;
  readonly value: (x: number, y: number, dtype: DType, attributes: Attributes) => number;
  /** Cotangents of x and y before they are summed back to the operands' shapes. */
  readonly gradient?: readonly [(c: BinaryGradient) => ValueInfo, (c: BinaryGradient) => ValueInfo] | "zero";
  readonly differentiable?: Differentiable;
  /** Result type; default the type of the first operand. */
  readonly dtype?: DType;
  /** Whether operands may differ in type (Pow). */
  readonly mixed?: boolean;
  readonly note?: string;
}

/** Entry of a broadcast function of two arguments. */
export function binaryOperator(spec: BinarySpec): Operator {
  const { gradient } = spec;
  return {
    name: spec.name,
    domain: "",
    since: spec.since ?? 1,
    attributes: spec.attributes ?? {},
    arity: [2, 2],
    shape: (call) => {
      const [x, y] = [required(call, 0), required(call, 1)];
      if (x.dtype !== y.dtype && spec.mixed !== true)
        return call.fail(`operands of one type, received ${x.dtype} and ${y.dtype}`);
      const shape = broadcastShapes(x.shape, y.shape);
      if (shape === null) return call.fail("shapes that broadcast (equal sizes, or 1, aligned at the right)");
      return [{ dtype: spec.dtype ?? x.dtype, shape }];
    },
    evaluate: ({ inputs, outputs, attributes }) => {
      const { dtype, shape } = outputs[0] as OutputType;
      const x = inputs[0] as NonNullable<(typeof inputs)[0]>;
      const y = inputs[1] as NonNullable<(typeof inputs)[1]>;
      const [p, q] = [broadcastData(x, shape), broadcastData(y, shape)];
      return [build(dtype, shape, (i) => spec.value(p[i] as number, q[i] as number, x.dtype, attributes))];
    },
    vjp:
      gradient === undefined
        ? null
        : gradient === "zero"
          ? () => [null, null]
          : ({ b, inputs, outputs, cotangents, wanted }) => {
              const [x, y] = inputs as [ValueInfo, ValueInfo];
              const call = { b, x, y, out: outputs[0] as ValueInfo, g: cotangents[0] as ValueInfo };
              return [
                wanted[0] ? sumTo(b, gradient[0](call), x.shape) : null,
                wanted[1] ? sumTo(b, gradient[1](call), y.shape) : null,
              ];
            },
    differentiable:
      spec.differentiable ?? (gradient === undefined ? "no" : gradient === "zero" ? "piecewise" : "yes"),
    note: spec.note ?? "",
  };
}

/** Reads an oracle input that the shape rule has required. */
export function argument(call: EvaluateCall, i: number): NonNullable<EvaluateCall["inputs"][number]> {
  const value = call.inputs[i];
  if (value === null || value === undefined) throw new Error(`internal: ${call.op} lost its input ${i}`);
  return value;
}

/** Whether a value carries derivatives. */
export function carriesDerivative(value: ValueInfo | null): boolean {
  return value !== null && isFloat(value.dtype);
}
