/** What a tuning takes and gives. */
import type { LayerVariance, Optimum, SearchAxis, Trial } from "../../flow/index.ts";
import type { InitializationSpec, NetworkSpec } from "../../networks/index.ts";
import type { FlowSettings } from "../flow.ts";

/** What is tuned, and how long. */
export interface TunePlan extends FlowSettings {
  readonly spec: NetworkSpec;
  /** Weight variance first, then (perhaps) bias variance. */
  readonly axes: readonly SearchAxis[];
  /** Bias variance when it is no axis. */
  readonly sigmaB2: number;
  /** Points that are measured in the search. */
  readonly evaluations: number;
  /** Groups of layers whose weight variance is tuned afterwards; 0 for none. */
  readonly groups: number;
  /** Rounds of changes to the architecture; 0 for none. */
  readonly rounds: number;
  /** Initialisations that are measured beside the search. */
  readonly references: readonly NamedInitialization[];
  readonly data: string;
  readonly seed: number;
  readonly version: string;
}

/** An initialisation with the name it has in tables. */
export interface NamedInitialization {
  readonly name: string;
  readonly initialization: InitializationSpec;
}

/** One measured candidate: means over draws, and the value of every draw. */
export interface Candidate {
  /** Reconstructed Gram entropy at the last depth that counts, by draw; 0 for a draw whose decoders diverged. */
  readonly values: readonly number[];
  /** Mean Gram entropy by depth; empty when all draws diverged. */
  readonly gram: readonly number[];
  /** Mean Shannon entropy of the reconstructions by depth. */
  readonly shannon: readonly number[];
}

/** A tried factor for a group of layers. */
export interface GroupTrial {
  readonly layers: readonly string[];
  readonly factor: number;
  /** Gain over the variances before, in units of its error. */
  readonly sigmas: number;
  readonly isKept: boolean;
}

/** A tried change of the architecture. */
export interface EditTrial {
  readonly round: number;
  readonly change: string;
  readonly reason: string;
  readonly network: string;
  readonly before: number;
  readonly after: number;
  readonly sigmas: number;
  readonly isKept: boolean;
}

/** Result of a tuning. */
export interface TuneResult {
  readonly references: readonly (NamedInitialization & { readonly candidate: Candidate })[];
  readonly trials: readonly Trial[];
  readonly optimum: Optimum;
  readonly groups: readonly GroupTrial[];
  readonly edits: readonly EditTrial[];
  /** The tuned network; its own initialisation holds the global variances. */
  readonly spec: NetworkSpec;
  /** Variances layer by layer. */
  readonly variances: readonly LayerVariance[];
  /** The tuned network as it was measured last. */
  readonly tuned: Candidate;
  readonly path: string;
}

/** The initialisation that keeps most of the input, of those measured beside a search; undefined without any. */
export function bestReference(
  references: TuneResult["references"],
): TuneResult["references"][number] | undefined {
  const mean = ({ values }: Candidate): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return references.reduce<TuneResult["references"][number] | undefined>(
    (best, reference) =>
      best === undefined || mean(reference.candidate) > mean(best.candidate) ? reference : best,
    undefined,
  );
}
