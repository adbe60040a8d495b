/** Everything that a diagnosis is made of. */
import type { Estimate } from "../../base/index.ts";
import type { Examples, SignalMeasurement } from "../measure/index.ts";
import type { ScalarActivation } from "../theory/index.ts";
import type { Surroundings } from "./between.ts";
import type { LayerVarianceEstimate } from "./layers.ts";
import type { TheoryPoint } from "./profile.ts";
import type { BlockInitialization, DiagnosedNetwork, JacobianDiagnosis } from "./types.ts";

/** Theory of a network without phases. */
export interface SpecialTheory {
  /** One point per layer; null where theory does not reach. */
  readonly profile: readonly (TheoryPoint | null)[];
  /** What depth means here, in one or two sentences. */
  readonly statement: string;
  /** What it leaves out, one sentence each. */
  readonly gaps: readonly string[];
}

/** Examples with the words that say where they come from; a Dataset is one. */
export interface DescribedExamples extends Examples {
  readonly name: string;
  readonly provenance: readonly string[];
}

/** Measurement, theory and what is left out, before they are judged. */
export interface Parts {
  readonly network: Pick<
    DiagnosedNetwork,
    "name" | "origin" | "inputShape" | "initialization" | "parameterCount"
  >;
  readonly data: DescribedExamples;
  readonly measurement: SignalMeasurement;
  readonly variances: readonly LayerVarianceEstimate[];
  readonly weightVariance: Estimate;
  readonly biasVariance: Estimate;
  /** Null when theory does not cover the network. */
  readonly activation: ScalarActivation | null;
  readonly profile: readonly (TheoryPoint | null)[] | null;
  readonly jacobian?: JacobianDiagnosis | null;
  /** Theory beyond plain chains, which has no phase. */
  readonly special?: SpecialTheory | null;
  /** What theory recommends for a network with residual blocks. */
  readonly recommended?: BlockInitialization | null;
  /** Probability that dropout keeps a hidden unit; default 1. */
  readonly keepRate?: number;
  /** Kinds of layers that theory does not cover, such as attention. */
  readonly beyond?: readonly string[];
  /** What stands between the layers. */
  readonly surroundings: readonly Surroundings[];
  /** What is not covered, beside what never is. */
  readonly gaps: readonly string[];
}
