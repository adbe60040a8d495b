/** Collects, while a file is imported, one row for each node and the error behind each refusal. */
import type { IsinglassError } from "../../base/index.ts";
import type { ValueInfo } from "../ir.ts";
import type { Differentiable } from "../ops/index.ts";
import { dtypeOfCode, widened } from "./data-types.ts";
import type { NodeReport, NodeStatus } from "./report.ts";
import type { GraphProto, NodeProto, ValueInfoProto } from "./schema.ts";
import { lookUp, type Scope, shortDomain } from "./scope.ts";

/** What a row says beside names and shapes. */
export interface Remarks {
  readonly differentiable?: Differentiable | null;
  readonly reason?: string | null;
  readonly substitute?: string | null;
}

/** The findings of one import, shared by the graph and its bodies. */
export class Findings {
  readonly rows: NodeReport[] = [];
  /** The errors behind refused rows, in order. */
  readonly causes: IsinglassError[] = [];
  /** Position of the current node in the main graph. */
  index = 0;
  readonly #stated = new Map<string, ValueInfoProto>();
  readonly #sizes: ReadonlyMap<string, number>;

  /** `sizes` holds the named sizes as bound. */
  constructor(graph: GraphProto, sizes: ReadonlyMap<string, number>) {
    for (const value of [...graph.valueInfo, ...graph.outputs]) this.#stated.set(value.name ?? "", value);
    this.#sizes = sizes;
  }

  add(node: NodeProto, scope: Scope, status: NodeStatus, remarks: Remarks = {}): void {
    const found = (name: string): ValueInfo | null => {
      const value = name === "" ? undefined : lookUp(scope, name);
      return value === undefined || value === "unknown" ? null : value;
    };
    this.rows.push({
      index: this.index,
      name: scope.path + nodeName(node),
      op: node.op ?? "",
      domain: shortDomain(node.domain),
      inputs: node.inputs.map(found),
      outputs: node.outputs.map(found),
      status,
      differentiable: remarks.differentiable ?? null,
      reason: remarks.reason ?? null,
      substitute: remarks.substitute ?? null,
    });
  }

  refuse(node: NodeProto, scope: Scope, cause: IsinglassError): void {
    this.causes.push(cause);
    this.add(node, scope, "refused", { reason: cause.message, substitute: cause.hint ?? null });
  }

  /** Type and shape of a value as the file states them; null when it does not, or not completely. */
  stated(name: string): Pick<ValueInfo, "dtype" | "shape"> | null {
    const type = this.#stated.get(name)?.type?.tensor;
    const dtype = dtypeOfCode(type?.elementType ?? 0);
    if (dtype === null || type?.shape === undefined) return null;
    const shape = type.shape.dims.map(({ value, parameter }) => value ?? this.#sizes.get(parameter ?? ""));
    if (shape.some((size) => size === undefined)) return null;
    return { dtype: widened(dtype), shape: shape as number[] };
  }
}

/** A node's name; nodes may have none. */
export function nodeName(node: NodeProto): string {
  return node.name || `${node.op}:${node.outputs[0] ?? ""}`;
}
