/** What a measurement of information flow gives: entropies by depth, over several draws, with where the input is lost. */
import type { Estimate } from "../../base/index.ts";
import type { DecoderLearning, FlowClassification } from "../classify/index.ts";

/** Entropies of one draw by depth; entry 0 belongs to the input itself. Plain numbers, so that run folders can keep it. */
export interface FlowProfile {
  /** Gram entropy of the reconstructions R_l, divided by log n: 0 when all are alike, 1 when all are orthogonal. */
  readonly gram: readonly number[];
  /** Differential entropy of R_l, pixel by pixel as Gaussian, in nats; NaN (null in run folders) where it is not defined. */
  readonly differential: readonly number[];
  /** Median over the batch of the relative entropy between input and R_l, in nats. */
  readonly relative: readonly number[];
  /** Gram entropy of the activations x_l themselves. */
  readonly forward: readonly number[];
  /** Largest eigenvalue of the Gram spectrum of x_l. */
  readonly forwardLargest: readonly number[];
  /** Mean squared error of every decoder over the last steps of its training, l = 1 to L; null for one without parameters. */
  readonly decoderLoss: readonly (number | null)[];
  /** What every decoder has learned, l = 1 to L; null for one without parameters. Absent in older run folders. */
  readonly learning?: readonly (DecoderLearning | null)[];
  /** Examples that `differential` leaves out, since their sum is near 0. Absent as above. */
  readonly leftOut?: readonly number[];
  /** Mean Shannon entropy of the reconstructed examples, pixels as a distribution, divided by log d. */
  readonly shannon: readonly number[];
  /** Kind of flow at the last depth that counts, with the numbers that decided. */
  readonly classification: Omit<FlowClassification, "thresholds">;
}

/** Names of the curves of a profile. */
export type FlowQuantity = "gram" | "differential" | "relative" | "forward";

/** One depth of a measured flow, averaged over draws. */
export interface FlowLayer {
  /** Number of blocks before it; 0 is the input. */
  readonly depth: number;
  readonly name: string;
  readonly kind: string;
  readonly gram: Estimate;
  readonly differential: Estimate;
  readonly relative: Estimate;
  readonly forward: Estimate;
  readonly forwardLargest: Estimate;
  readonly decoderLoss: Estimate | null;
  /** Examples that `differential` leaves out, mean over draws. */
  readonly leftOut: number;
  /** False for layers left out of the verdict, such as a narrow head. */
  readonly isCounted: boolean;
}
