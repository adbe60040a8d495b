/** The steps of `predictPath`: how a signal passes a weight layer, and how its squared gradient comes back. */
import { gaussianAfter, type PathGaussian, type PathLayer } from "./path-layer.ts";
import { activatedSignal, type PathGradient, type PathSignal } from "./path-signal.ts";
import { checkVariances, type ScalarActivation } from "./types.ts";

/** One step: a weight layer, or a residual block x' = phi(branch(x) + shortcut(x)). */
export type PathStep =
  | { readonly kind: "layer"; readonly layer: PathLayer }
  | {
      readonly kind: "block";
      /** Weight layers of the branch, in order. */
      readonly branch: readonly PathLayer[];
      /** Weight layer on the shortcut; null for the identity. */
      readonly shortcut: PathLayer | null;
      /** phi after the sum; null for none. */
      readonly activation: ScalarActivation | null;
    };

/** Theory at one place. */
export interface PathPoint {
  /** Mean square of the components. */
  readonly q: number;
  /** Cosine of two inputs. */
  readonly c: number;
  /** 1 - c without cancellation. */
  readonly decorrelation: number;
  /** log of the squared gradient here relative to what leaves the path, |dL/dx|^2 / |dL/dx_end|^2. */
  readonly logGradient: number;
}

/** Theory for one step. */
export interface PathStepPoints {
  /** What enters. */
  readonly input: PathPoint;
  /** Pre-activations of the layer, or of the layers of the branch. */
  readonly layers: readonly PathPoint[];
  /** Pre-activation of the shortcut's layer; null without. */
  readonly shortcut: PathPoint | null;
  /** Sum of branch and shortcut, before the activation; null for a plain layer. */
  readonly sum: PathPoint | null;
}

/** A step on the way forth, and what it does on the way back. */
export interface PassedStep {
  readonly output: PathSignal;
  readonly back: (gradient: PathGradient) => {
    readonly points: PathStepPoints;
    readonly gradient: PathGradient;
  };
}

/** A signal as a point of the result. */
export function pointOf({ p, distance }: Pick<PathSignal, "p" | "distance">, logGradient: number): PathPoint {
  const decorrelation = p > 0 ? distance / p : 0;
  return { q: p, c: 1 - decorrelation, decorrelation, logGradient };
}

/** A pre-activation as a point of the result. */
export function gaussianPoint({ q, epsilon }: PathGaussian, logGradient: number): PathPoint {
  return { q, c: 1 - epsilon, decorrelation: epsilon, logGradient };
}

/** A weight layer. */
export function passLayer(layer: PathLayer, input: PathSignal, population: number): PassedStep {
  checkLayer(layer);
  const gaussian = gaussianAfter(layer, input);
  const output = activatedSignal(gaussian, layer.activation, layer.keepRate ?? 1, population);
  return {
    output,
    back: (gradient) => {
      const at = output.gradientBelow(gradient);
      const below = at + Math.log(gaussian.growth);
      return {
        points: {
          input: pointOf(input, below),
          layers: [gaussianPoint(gaussian, at)],
          shortcut: null,
          sum: null,
        },
        gradient: { log: below, shape: null },
      };
    },
  };
}

/** Throws a SpecError for impossible variances; normalised layers forget theirs. */
export function checkLayer(layer: PathLayer): void {
  if (!layer.normalization) checkVariances(layer, "predictPath");
}
