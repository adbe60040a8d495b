/** The operators without a float64 kernel in ONNX Runtime 1.30 (CPU), each with what to write instead. */
import { convolutionRules } from "./convolution.ts";
import { elementwiseRules } from "./elementwise.ts";
import type { LoweringRule } from "./rule.ts";
import { spatialRules } from "./spatial.ts";

const rules: ReadonlyMap<string, LoweringRule> = new Map(
  Object.entries({ ...elementwiseRules, ...convolutionRules, ...spatialRules }),
);

/** How to write an operator in float64, null when ONNX Runtime has it. */
export function float64Rule(op: string, domain = ""): LoweringRule | null {
  return domain === "" ? (rules.get(op) ?? null) : null;
}
