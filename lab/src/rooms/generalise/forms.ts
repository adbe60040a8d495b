/** Forms of the theory, in words. */
import type { CurveForm } from "../../../../src/bayes/index.ts";

/** What the choice shows. */
export const formWords: Readonly<Record<CurveForm, string>> = {
  vanilla: "one scale, saddle point (vanilla)",
  mixture: "averaged over the scale (mixture)",
  nested: "a scale in every layer (nested)",
  full: "first order in the lower scale (full)",
  "two-parameter": "mean activations apart (two-parameter)",
};

/** Whether the form's order parameter scales the whole kernel. */
export function scalesKernel(form: CurveForm): boolean {
  return form === "vanilla" || form === "mixture";
}
