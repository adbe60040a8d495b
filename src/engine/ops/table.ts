/** The operator support table of the documentation, made from the registry. */
import { MAX_OPSET, MIN_OPSET, type Operator } from "./definition.ts";
import { float64Rule } from "./float64/index.ts";
import { operators } from "./registry.ts";
import { refusedOperators } from "./unsupported.ts";

/** One operator of the support table. */
export interface OperatorRow {
  readonly operator: string;
  /** Opsets it can be imported from, "13-22"; empty when refused. */
  readonly opsets: string;
  readonly supported: boolean;
  readonly differentiable: Operator["differentiable"];
  /** Whether the gradient can be differentiated again. */
  readonly secondOrder: boolean;
  /** How it runs in double precision on ONNX Runtime: its own kernel, or written in other operators. */
  readonly float64: "kernel" | "rewritten" | null;
  /** Restrictions and conventions, or why it is refused and what to use instead. */
  readonly note: string;
}

/**
 * Every operator the engine knows, supported ones first, each by name.
 * @example
 * ```ts
 * operatorTable().find((row) => row.operator === "Conv")?.secondOrder; // => true
 * ```
 */
export function operatorTable(): readonly OperatorRow[] {
  const supported = operators().map((entry): OperatorRow => {
    const first = Math.max(entry.since, MIN_OPSET);
    return {
      operator: entry.name,
      opsets: first === MAX_OPSET ? `${first}` : `${first}-${MAX_OPSET}`,
      supported: true,
      differentiable: entry.differentiable,
      secondOrder: entry.differentiable !== "no",
      float64: float64Rule(entry.name) === null ? "kernel" : "rewritten",
      note: entry.note,
    };
  });
  const refused = refusedOperators().map(
    ([operator, reason]): OperatorRow => ({
      operator,
      opsets: "",
      supported: false,
      differentiable: "no",
      secondOrder: false,
      float64: null,
      note: reason,
    }),
  );
  return [...supported, ...refused.sort((a, b) => (a.operator < b.operator ? -1 : 1))];
}

/** The table as a Markdown page. */
export function operatorPage(): string {
  const rows = operatorTable();
  const supported = rows.filter((row) => row.supported);
  const differentiable = supported.filter((row) => row.differentiable !== "no");
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    "# Operators",
    "",
    "Made from the operator table in `src/engine/ops` by `npx tsx scripts/operator-table.ts`.",
    "",
    `${supported.length} operators of the standard ONNX domain are read from files of opset ${MIN_OPSET} to ${MAX_OPSET} and run; ${differentiable.length} of them have derivatives,`,
    "each written in operators again, so that derivatives of any order work. *Piecewise* means smooth but for isolated",
    "points, or constant in pieces (derivative zero). Every row is tested: values against onnx.reference or PyTorch,",
    "first and second derivatives against central differences in double precision, and both on ONNX Runtime. The last",
    "column but one says how `lowerToFloat64` runs it in double: by ONNX Runtime's own *kernel*, or *rewritten* in other",
    "operators.",
    "",
    line(["operator", "opsets", "differentiable", "in double", "note"]),
    line(["---", "---", "---", "---", "---"]),
    ...supported.map((row) =>
      line([row.operator, row.opsets, row.differentiable, row.float64 ?? "", row.note]),
    ),
    "",
    "## Refused, with the reason",
    "",
    line(["operator", "why, and what to use instead"]),
    line(["---", "---"]),
    ...rows.filter((row) => !row.supported).map((row) => line([row.operator, row.note])),
    "",
    "Any other operator is refused by name when a file is read; `isinglass check FILE` lists what a file holds.",
    "",
  ].join("\n");
}
