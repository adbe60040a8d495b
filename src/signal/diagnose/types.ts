/** What a diagnosis holds: theory and measurement of one network side by side, and the verdict that follows. */
import type { Estimate, Provenance } from "../../base/index.ts";
import type { MeasureOptions } from "../measure/index.ts";
import type { CriticalKind, MeanField, Phase, WeightEnsemble } from "../theory/index.ts";

/** Theory and measurement of the same quantity; null where one of them does not exist. */
export interface Comparison {
  readonly theory: number | null;
  readonly measured: Estimate | null;
}

/** One weight layer. */
export interface LayerDiagnosis {
  /** Counted from 1. */
  readonly layer: number;
  readonly name: string;
  readonly kind: string;
  readonly activation: string | null;
  readonly fanIn: number;
  readonly fanOut: number;
  /** Weight variance times fan-in. */
  readonly weightVariance: Estimate;
  /** Null for a layer without bias. */
  readonly biasVariance: Estimate | null;
  /** Mean squared pre-activation. */
  readonly q: Comparison;
  /** Mean cosine of the pre-activations of two inputs. */
  readonly c: Comparison;
  /** Growth of squared gradients through this layer. */
  readonly chi: Comparison;
  /** Mean squared gradient with respect to the pre-activations, relative to the last layer. */
  readonly gradient: Comparison;
  readonly state: LayerState;
  /** Why the layer is not "ok", in one sentence; empty otherwise. */
  readonly note: string;
}

/** What a layer does to the signal. */
export type LayerState = "ok" | "shrinks" | "grows" | "forgets" | "uncovered";

/** How many layers a network may have, and what sets the limit. */
export interface DepthBound {
  readonly layers: number;
  /** Loss of signals (6 xi_c), growth of gradients, or the width of the layers. */
  readonly by: "signals" | "gradients" | "width";
  /** The bound that theory gives at infinite width. */
  readonly infiniteWidth: number;
}

/** The answer in words. */
export interface Verdict {
  readonly trains: "yes" | "marginal" | "no";
  readonly phase: Phase;
  /** Null where no theory gives one. */
  readonly depthBound: DepthBound | null;
  /** One sentence with the answer. */
  readonly headline: string;
  /** One sentence with the reason, in numbers. */
  readonly reason: string;
  /** The next step. */
  readonly advice: string;
}

/** Singular values of the Jacobian between the first and the last hidden layer. */
export interface JacobianDiagnosis {
  /** Whether all singular values are there, or only the largest. */
  readonly isComplete: boolean;
  /** Weight matrices between the two layers. */
  readonly depth: number;
  readonly ensemble: WeightEnsemble;
  /** Singular values, not squared, of all measured Jacobians. */
  readonly singularValues: Float64Array;
  readonly meanSquare: Comparison;
  readonly relativeVariance: Comparison;
}

/** How far one quantity is from theory. */
export interface QuantityAgreement {
  readonly quantity: "q" | "1 - c" | "chi" | "gradient";
  /** Layers where both are known. */
  readonly layers: number;
  /** Median over layers of |measured / theory - 1|. */
  readonly medianDeviation: number;
  /** Share of layers within two standard errors (95.45 % of Student's t with n - 1 degrees of freedom). */
  readonly within: number;
  readonly medianMeasured: number;
  readonly medianTheory: number;
}

/** The phase that the measured growth of gradients amounts to. */
export interface MeasuredPhase {
  readonly phase: Phase;
  /** Mean over layers of log chi, its error from the spread between layers. */
  readonly logChi: Estimate;
  /** exp of that mean: growth per layer. */
  readonly chi: number;
  /** 6 layers per factor e of squared gradients. */
  readonly maxDepth: Estimate;
}

/** Theory against measurement over all layers. */
export interface TheoryAgreement {
  readonly holds: boolean;
  readonly criterion: string;
  /** One sentence. */
  readonly statement: string;
  readonly quantities: readonly QuantityAgreement[];
  /** Null when no growth was measured. */
  readonly measured: MeasuredPhase | null;
}

/** Facts about the network that was diagnosed. */
export interface DiagnosedNetwork {
  readonly name: string;
  readonly origin: "specification" | "file";
  readonly depth: number;
  readonly parameterCount: number;
  readonly inputShape: readonly number[];
  /** Activation that theory used; null when layers differ or it is not known. */
  readonly activation: string | null;
  /** Scheme and parametrisation in one sentence. */
  readonly initialization: string;
}

/** Variances that make a network critical. */
export interface CriticalInitialization {
  /** Weight variance times fan-in. */
  readonly weightVariance: Estimate;
  /** The network's own bias variance where signals stay at its critical point; else that of the half-stable point, or 0. */
  readonly biasVariance: Estimate;
  /** Whether the variance settles there or only changes algebraically. */
  readonly kind: CriticalKind;
}

/** How theory would draw a network with residual blocks, where no weight variance is critical. */
export interface BlockInitialization {
  /** Residual blocks that theory follows. */
  readonly blocks: number;
  /** Weight variance times fan-in of all layers but the last of every branch: critical for a plain chain. */
  readonly weightVariance: Estimate;
  readonly biasVariance: Estimate;
  /** Factor <= 1 on the weight variance of the last layer of every branch, or on the squared scale of the normalisation behind it. */
  readonly outerScale: Estimate;
  /** Growth of squared gradients over all blocks by theory: as the network is, and as it would be. */
  readonly growth: { readonly now: number; readonly drawn: number };
}

/** Options of a diagnosis. */
export interface DiagnoseOptions extends Omit<MeasureOptions, "onPartial" | "values" | "weightGradients"> {
  /**
   * Called with the diagnosis of what was measured so far: after each draw of the parameters, and before the Jacobian is
   * measured. The last one is returned instead.
   */
  readonly onPartial?: (diagnosis: Diagnosis) => void;
}

/** Result of a diagnosis. */
export interface Diagnosis extends Provenance {
  readonly network: DiagnosedNetwork;
  readonly data: { readonly name: string; readonly count: number; readonly provenance: readonly string[] };
  readonly verdict: Verdict;
  /** Effective weight variance times fan-in over the hidden layers. */
  readonly weightVariance: Estimate;
  /** Effective bias variance over the hidden layers. */
  readonly biasVariance: Estimate;
  /** Theory at the effective variances; null when no theory covers the network. */
  readonly theory: MeanField | null;
  /** Whether measurement and theory agree; null when theory predicts nothing. */
  readonly agreement: TheoryAgreement | null;
  /** The critical initialisation nearest to the network's; null when the activation has none or theory is silent. */
  readonly critical: CriticalInitialization | null;
  /** What theory recommends where residual blocks leave no critical variance; null for other networks. */
  readonly recommended: BlockInitialization | null;
  /** Why no weight variance is critical; null where one is. */
  readonly whyNotCritical: string | null;
  readonly layers: readonly LayerDiagnosis[];
  readonly jacobian: JacobianDiagnosis | null;
  /** What was not covered, one sentence each. */
  readonly notCovered: readonly string[];
}
