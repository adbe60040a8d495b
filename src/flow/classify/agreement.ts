/**
 * Beside mean-field theory: subcritical should be ordered, supercritical chaotic. A network of finite depth cannot tell a
 * phase apart from criticality before it is several xi_c deep, so "critical" also agrees with either phase as long as the
 * depth is below 6 xi_c (Schoenholz et al. 2017).
 */
import type { MeanField, Phase } from "../../signal/index.ts";
import { trainableDepthFactor } from "../../signal/index.ts";
import type { FlowClass, FlowClassification } from "./classify.ts";

/** A class that can be compared with a phase. */
export type DecidedClass = Exclude<FlowClass, "undecided">;

/** Class and phase side by side. */
export interface FlowAgreement {
  readonly class: DecidedClass;
  readonly phase: Phase;
  /** Depth scale of correlations. */
  readonly xiC: number;
  /** Depth in units of xi_c. */
  readonly depthOverXi: number;
  /** Whether theory expects the network to train: depth below 6 xi_c. */
  readonly isTrainable: boolean;
  readonly agrees: boolean;
  readonly explanation: string;
}

const EXPECTED: Readonly<Record<Phase, DecidedClass>> = {
  ordered: "subcritical",
  critical: "critical",
  chaotic: "supercritical",
};

/**
 * Compares a class with the phase of the same variances.
 *
 * @param classification - of `classifyFlow`; an undecided one cannot be compared.
 * @returns null for an undecided class
 * @param field - of `solveMeanField`.
 * @example
 * ```ts
 * import { classifyFlow, compareWithPhase, predictEquicorrelated } from "isinglass/flow";
 * import { resolveActivation } from "isinglass/networks";
 * import { solveMeanField } from "isinglass/signal";
 *
 * const forward = [0.5, 0.9, 0.99].map((c) => predictEquicorrelated(64, c));
 * const field = solveMeanField(resolveActivation("tanh"), { sigmaW2: 0.5, sigmaB2: 0.05 });
 * compareWithPhase(classifyFlow({ forward, reconstructed: forward }), field)?.agrees; // => true
 * ```
 */
export function compareWithPhase(
  { class: flowClass, numbers }: Pick<FlowClassification, "class" | "numbers">,
  { phase, xiC, maxDepth }: Pick<MeanField, "phase" | "xiC" | "maxDepth">,
): FlowAgreement | null {
  if (flowClass === "undecided") return null;
  const xi = Number.isFinite(xiC.value) ? xiC.value : maxDepth.value / trainableDepthFactor;
  const depthOverXi = numbers.depth / xi;
  const isTrainable = numbers.depth < maxDepth.value;
  const expected = EXPECTED[phase];
  const isShallow = flowClass === "critical" && isTrainable;
  const agrees = flowClass === expected || isShallow;
  const depth = `depth ${numbers.depth} is ${depthOverXi.toPrecision(3)} xi_c`;
  const explanation = agrees
    ? flowClass === expected
      ? `theory: ${phase}, ${depth}`
      : `theory: close to critical, on the ${phase} side: ${depth}, below ${trainableDepthFactor}`
    : `theory: ${phase} (${expected} expected), ${depth}`;
  return { class: flowClass, phase, xiC: xi, depthOverXi, isTrainable, agrees, explanation };
}
