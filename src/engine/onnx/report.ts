/** What became of every node of a file, and the one error that names all nodes that stand in the way. */
import { type IsinglassError, UnsupportedOpError } from "../../base/index.ts";
import type { ValueInfo } from "../ir.ts";
import type { Differentiable } from "../ops/index.ts";

/**
 * - "supported": a node of the graph;
 * - "folded": its value is known, so it became a constant (shape arithmetic);
 * - "removed": it passes its input on (Identity, Dropout outside training);
 * - "refused": not supported, `reason` says why;
 * - "unknown": cannot be judged, because it follows a refused node whose output shape is unknown.
 */
export type NodeStatus = "supported" | "folded" | "removed" | "refused" | "unknown";

/** One row for each node of the file; nothing is skipped without a row. */
export interface NodeReport {
  /** Position in the file; nodes inside a function or a branch share that of the node that holds them. */
  readonly index: number;
  readonly name: string;
  readonly op: string;
  /** "" for the standard operators. */
  readonly domain: string;
  /** Types and shapes of what it reads; null for an omitted input or an unknown one. */
  readonly inputs: readonly (ValueInfo | null)[];
  readonly outputs: readonly (ValueInfo | null)[];
  readonly status: NodeStatus;
  /** "yes", "piecewise" (kinks, or derivative zero), "no"; null where nothing is computed or nothing is known. */
  readonly differentiable: Differentiable | null;
  /** Why it was refused, or a remark on how it was understood. */
  readonly reason: string | null;
  /** What to do instead. */
  readonly substitute: string | null;
}

/** Throws one error for all refused nodes; returns when there are none. */
export function throwRefusals(
  file: string,
  rows: readonly NodeReport[],
  causes: readonly IsinglassError[],
): void {
  const refused = rows.filter(({ status }) => status === "refused");
  if (refused.length === 0) return;
  // shapes that clash are the caller's sizes or a damaged file, not a missing operator
  const isUnsupported = causes.some((cause) => cause instanceof UnsupportedOpError);
  const first = causes[0];
  if (!isUnsupported && first !== undefined) throw first;
  const groups = new Map<string, NodeReport[]>();
  for (const row of refused) {
    const key = `${row.domain}.${row.op}: ${row.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const lines = [...groups.values()].map((rows) => describe(rows));
  const count = refused.length === 1 ? "1 node is" : `${refused.length} nodes are`;
  throw new UnsupportedOpError(`${file}: ${count} not supported\n${lines.join("\n")}`, {
    hint: "run `isinglass check FILE` for every node of the file",
    data: { nodes: refused },
  });
}

function describe(rows: readonly NodeReport[]): string {
  const { domain, op, name, reason, substitute } = rows[0] as NodeReport;
  const kind = domain === "" ? op : `${domain}.${op}`;
  const where = rows.length === 1 ? `node ${name}` : `${rows.length} nodes, first ${name}`;
  return `  ${kind} (${where}): ${[reason, substitute].filter((part) => part !== null).join("; ")}`;
}
