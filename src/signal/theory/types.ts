/**
 * The words of mean-field theory: what is given (an activation and two variances), and what is asked for.
 * Convention: `sigmaW2` is the weight variance times fan-in, `sigmaB2` the bias variance (Poole et al. 2016).
 */
import { SpecError } from "../../base/index.ts";

/** What theory needs to know about an activation; `Activation` of isinglass/networks is one. */
export interface ScalarActivation {
  readonly name: string;
  f(x: number): number;
  derivative(x: number): number;
  /** Points where f, f' or f'' jumps, ascending. */
  readonly kinks: readonly number[];
  /** Whether f(-x) = -f(x). */
  readonly odd: boolean;
  /** 1 when f(k x) = k f(x) for all k > 0 (linear, ReLU, leaky ReLU); null otherwise. */
  readonly degree: 1 | null;
}

/** Variances of a layer's random parameters. */
export interface Variances {
  /** Weight variance times fan-in, > 0. */
  readonly sigmaW2: number;
  /** Bias variance, >= 0. */
  readonly sigmaB2: number;
}

/** Pair averages at one variance q as functions of epsilon = 1 - c, 0 <= epsilon <= 2. */
export interface PairKernel {
  readonly q: number;
  readonly method: string;
  /** E phi(u1)^2 - E phi(u1) phi(u2) = (1/2) E (phi(u1) - phi(u2))^2. */
  loss(epsilon: number): number;
  /** E phi'(u1) phi'(u2) = (1/q) d loss / d epsilon. */
  slope(epsilon: number): number;
  /** A cheaper kernel with relative error about 1e-5, to start iterations with. */
  readonly coarse?: PairKernel;
}

/** Where a network stands: see `phaseOf`. */
export type Phase = "ordered" | "critical" | "chaotic";

/** |log chi_1| below this is called critical: signals then live for more than 1000 layers. */
export const criticalTolerance = 1e-3;

/** One sentence that states how `phaseOf` decides. */
export const phaseCriterion: string = `critical when |log chi_1| < ${criticalTolerance} (depth scale above 1000 layers); else ordered when chi_1 < 1, chaotic when chi_1 > 1`;

/**
 * The phase that belongs to chi_1, the factor by which small differences and squared gradients grow per layer.
 *
 * @param chi1 - chi_1 >= 0.
 * @param tolerance - half width of the critical strip in log chi_1.
 * @example
 * ```ts
 * import { phaseOf } from "isinglass/signal";
 *
 * phaseOf(0.9); // => "ordered"
 * ```
 */
export function phaseOf(chi1: number, tolerance: number = criticalTolerance): Phase {
  if (Math.abs(Math.log(chi1)) < tolerance) return "critical";
  return chi1 < 1 ? "ordered" : "chaotic";
}

/** Throws a SpecError unless both variances can be variances. */
export function checkVariances({ sigmaW2, sigmaB2 }: Variances, where: string): void {
  if (!(sigmaW2 > 0 && Number.isFinite(sigmaW2))) {
    throw new SpecError(`${where}: received weight variance ${sigmaW2}, expected a positive number.`, {
      hint: "sigmaW2 is the weight variance times fan-in, e.g. 1.76 for tanh.",
      data: { sigmaW2 },
    });
  }
  if (!(sigmaB2 >= 0 && Number.isFinite(sigmaB2))) {
    throw new SpecError(`${where}: received bias variance ${sigmaB2}, expected a number >= 0.`, {
      hint: "sigmaB2 is the bias variance, e.g. 0.05, or 0 for no bias.",
      data: { sigmaB2 },
    });
  }
}
