/** Forms of the theory, in words. */
import type { CurveForm } from "../../../../src/bayes/index.ts";

/** What the choice shows. */
export const formWords: Readonly<Record<CurveForm, string>> = {
  vanilla: "vanilla: one scale",
  mixture: "mixture: averaged over it",
  nested: "nested: one in each layer",
  full: "full: first order, two layers",
  "two-parameter": "two-parameter: means apart",
};

/** Whether the form's order parameter scales the whole kernel. */
export function scalesKernel(form: CurveForm): boolean {
  return form === "vanilla" || form === "mixture";
}
