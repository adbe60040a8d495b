/** What the page asks about a dropped model before it is run, and what it learns. */
import type { NodeReport } from "../../../src/engine/index.ts";

/** A model, and how many examples it would be run on. */
export interface InspectRequest {
  readonly file: File;
  /** Sizes that the file leaves open: "input=1,8". */
  readonly shapes: string;
  readonly examples: number;
}

/** One node of the file. */
export interface InspectedNode {
  readonly index: number;
  readonly name: string;
  readonly op: string;
  readonly status: NodeReport["status"];
  readonly differentiable: NodeReport["differentiable"];
  /** Why it was refused and what to do instead, or how it was understood. */
  readonly remark: string;
}

/** What a file says about itself; weights are not read. */
export interface InspectAnswer {
  readonly name: string;
  readonly opset: number;
  readonly producer: string;
  readonly parameters: number;
  readonly inputs: readonly string[];
  /** Shape of one example. */
  readonly inputShape: readonly number[];
  /** Whether the input is token numbers. */
  readonly isTokens: boolean;
  readonly notes: readonly string[];
  /** Bytes that ONNX Runtime would take. */
  readonly memory: number;
  readonly nodes: readonly InspectedNode[];
}

/** Whether a node stands in the way. */
export function isRefused({ status }: Pick<InspectedNode, "status">): boolean {
  return status === "refused" || status === "unknown";
}
