/** `isinglass check FILE`: what isinglass can do with every node of an ONNX file. */
import { fromOnnx, inspectOnnx, type ModelSummary, type NodeReport } from "../../engine/index.ts";
import { describeModel, type ModelStructure, type NodeCoverage } from "../../networks/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { MODEL_OPTIONS } from "../definitions.ts";
import { readSizes } from "../model-options.ts";
import { bulletLines } from "../render/estimates.ts";
import { renderTable } from "../render/table.ts";

/** Exit code for a model with refused nodes. */
const UNSUPPORTED = 3;

/** One row of the answer: the engine's view and theory's view of a node. */
interface CheckedNode {
  readonly index: number;
  readonly name: string;
  readonly op: string;
  readonly status: NodeReport["status"];
  readonly differentiable: NodeReport["differentiable"];
  /** Theory that covers it; null when none does, or when the model as a whole is refused. */
  readonly theory: string | null;
  readonly reason: string | null;
  readonly substitute: string | null;
}

export const checkCommand: Command = {
  name: "check",
  summary:
    "Tell for every node of an ONNX file whether it is supported, differentiable and covered by theory",
  examples: [
    "isinglass check model.onnx",
    "isinglass check model.onnx --shape input=1,3,224,224",
    "isinglass check model.onnx --csv",
  ],
  args: {
    file: { type: "positional", required: true, description: "an ONNX file, opset 13 to 22" },
    ...MODEL_OPTIONS,
  },
  async run(context): Promise<Outcome> {
    const file = String(context.args.file);
    const sizes = readSizes(context.args);
    const summary = await inspectOnnx(file, sizes);
    const refused = summary.report.filter(
      ({ status }) => status === "refused" || status === "unknown",
    ).length;
    const structure = refused > 0 ? null : describeModel((await fromOnnx(file, sizes)).graph);
    const nodes = joinCoverage(summary.report, structure?.nodes ?? []);
    const { opset, producer, inputs, outputs, parameters, notes } = summary;
    return {
      result: {
        file,
        opset,
        producer,
        inputs,
        outputs,
        parameters,
        refused,
        nodes,
        layers: structure?.layers ?? null,
        notes,
      },
      assumptions: [],
      references: [],
      seed: null,
      exitCode: refused > 0 ? UNSUPPORTED : 0,
      text: () => render(file, summary, structure, nodes, context),
      csv: () => [
        ["index", "name", "op", "status", "differentiable", "theory", "reason", "substitute"],
        ...nodes.map((node) => [
          ...[
            node.index,
            node.name,
            node.op,
            node.status,
            node.differentiable,
            node.theory,
            node.reason,
            node.substitute,
          ],
        ]),
      ],
    };
  },
};

function joinCoverage(report: readonly NodeReport[], coverage: readonly NodeCoverage[]): CheckedNode[] {
  const byName = new Map(coverage.map((row) => [row.node, row]));
  return report.map(({ index, name, op, domain, status, differentiable, reason, substitute }) => {
    const row = byName.get(name);
    return {
      index,
      name,
      op: domain === "" ? op : `${domain}.${op}`,
      status,
      differentiable,
      theory: row?.coveredBy ?? null,
      reason: (row?.coveredBy === null ? row.reason.replace(/^not covered: /, "") : null) ?? reason,
      substitute,
    };
  });
}

function render(
  file: string,
  { opset, producer, parameters, inputs, notes }: ModelSummary,
  structure: ModelStructure | null,
  nodes: readonly CheckedNode[],
  { style, args }: CommandContext,
): string {
  const count = (status: NodeReport["status"]): number =>
    nodes.filter((node) => node.status === status).length;
  const refused = count("refused") + count("unknown");
  const covered = structure?.theories.filter(({ coveredBy }) => coveredBy !== null).length ?? 0;
  const left = structure === null ? [] : uncoveredReasons(structure);
  const headline =
    refused > 0
      ? style.red(`${refused} of ${nodes.length} nodes are not supported: this file cannot be run here.`)
      : style.green(
          `All ${nodes.length} nodes are supported; theory covers ${covered} of ${structure?.layers.length} weight layers.`,
        );
  const shown = args.verbose === true ? nodes : nodes.filter(isWorthALine);
  const rest = nodes.length - shown.length;
  return [
    style.bold(headline),
    `${file}: opset ${opset}, ${producer || "unknown producer"}, ${parameters.toLocaleString("en")} parameters`,
    ...inputs.map(({ name, dtype, shape }) => `input ${name}: ${dtype} ${shape.join(" x ")}`),
    "",
    ...left,
    `${count("supported")} run, ${count("folded")} folded to constants, ${count("removed")} passed through, ${refused} refused`,
    ...(shown.length > 0 ? ["", nodeTable(shown)] : []),
    ...(rest > 0 ? [style.dim(`${rest} nodes without remarks: --verbose or --csv`)] : []),
    ...bulletLines("How the file was read:", notes),
  ].join("\n");
}

/** Weight layers that `diagnose` only measures, by reason. */
function uncoveredReasons({ theories, layers }: ModelStructure): string[] {
  const names = new Map<string, string[]>();
  theories.forEach(({ coveredBy, reason }, l) => {
    if (coveredBy === null) names.set(reason, [...(names.get(reason) ?? []), layers[l]?.name ?? ""]);
  });
  return [...names].map(([reason, found]) => {
    const more = found.length > NAMED ? ` and ${found.length - NAMED} more` : "";
    return `measured only: ${found.slice(0, NAMED).join(", ")}${more} (${reason})`;
  });
}

/** Layers that a line names. */
const NAMED = 4;

/** Nodes that a reader has to know about. */
function isWorthALine({ status, theory, differentiable }: CheckedNode): boolean {
  if (status === "refused" || status === "unknown") return true;
  return status === "supported" && (theory === null || differentiable === "no");
}

function nodeTable(nodes: readonly CheckedNode[]): string {
  const rows = nodes.map(({ index, name, op, status, differentiable, theory, reason, substitute }) => [
    String(index),
    op,
    name,
    status,
    differentiable ?? "",
    theory ?? (status === "supported" ? "no" : ""),
    [reason, substitute].filter((part) => part).join("; "),
  ]);
  return renderTable(["node", "op", "name", "status", "differentiable", "theory", "remark"], rows, [0]);
}
