/** The forms of the theory that a learning curve can be drawn with, each from the same decomposed kernel where it can be. */
import { SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Activation } from "../../networks/index.ts";
import { solveDeepScaleDistribution } from "../deep-linear/index.ts";
import {
  type EigenTask,
  type Prediction,
  predictAtScale,
  predictOverScales,
  type RegressionTask,
  solveDeepEffectiveAction,
  solveEffectiveAction,
  solveLayerScales,
} from "../finite-width/index.ts";

/**
 * "vanilla": one scale of the kernel, the product of one order parameter a layer, at the saddle point. "mixture": averaged over that
 * scale. "nested" and "full": order parameters inside of the kernel's recursion. "two-parameter": mean activations are rescaled by
 * themselves, for one hidden layer.
 */
export type CurveForm = "vanilla" | "mixture" | "nested" | "full" | "two-parameter";

/** All forms, the default first. */
export const curveForms: readonly CurveForm[] = ["vanilla", "mixture", "nested", "full", "two-parameter"];

/** What a form is solved for. */
export interface FormSetting {
  readonly activation: Activation;
  /** Units of every hidden layer, from below. */
  readonly widths: readonly number[];
  readonly temperature: number;
  readonly weightPrecision: number;
  readonly readoutPrecision: number;
}

/** A prediction, and the scale of the kernel: q, its mean, or the product of the layers' order parameters. */
export interface FormPrediction {
  readonly q: number;
  readonly prediction: Prediction;
}

/**
 * Predicts with the chosen form.
 *
 * @param task - worked out from the inputs by "nested", "full" and "two-parameter".
 * @param eigen - the same task in the eigenbasis of the kernel of infinite width.
 * @throws SpecError for a form that does not cover the depth; ConvergenceError as the solvers do.
 */
export function predictForm(
  form: CurveForm,
  { task, eigen }: { readonly task: RegressionTask; readonly eigen: EigenTask },
  setting: FormSetting,
  algebra: LinearAlgebra,
): FormPrediction {
  const { widths, temperature } = setting;
  switch (form) {
    case "vanilla": {
      const { q } = solveLayerScales(eigen, { widths, temperature });
      return { q, prediction: predictAtScale(eigen, q, temperature) };
    }
    case "mixture": {
      const scales = solveDeepScaleDistribution(eigen, { widths, temperature });
      return { q: scales.mean, prediction: predictOverScales(eigen, scales, temperature) };
    }
    case "two-parameter": {
      const [width = 0, ...others] = widths;
      if (others.length > 0) {
        throw new SpecError(
          `learning curve: two order parameters cover one hidden layer, received ${widths.length}`,
          {
            hint: 'take the form "vanilla"',
          },
        );
      }
      const { q, prediction } = solveEffectiveAction(
        task,
        { ...setting, width, method: "two-parameter" },
        algebra,
      );
      return { q: q.value, prediction };
    }
    default: {
      const { layerScales, prediction } = solveDeepEffectiveAction(task, { ...setting, form }, algebra);
      return { q: layerScales.reduce((product, { value }) => product * value, 1), prediction };
    }
  }
}
