/** What a verdict is drawn from. */
import type { Estimate } from "../../../base/index.ts";
import type { MeanField } from "../../theory/index.ts";
import type { WidthEvidence } from "../depth-bound.ts";
import type { SpecialTheory } from "../parts.ts";
import type { BlockInitialization, CriticalInitialization, TheoryAgreement, Verdict } from "../types.ts";

/** The short answer. */
export type Answer = Verdict["trains"];

/** What the verdict is drawn from. */
export interface Evidence {
  /** Weight layers that the signal passes. */
  readonly depth: number;
  /** All weight layers, those off the main path too; default `depth`. */
  readonly layerCount?: number;
  /** Whether theory describes what was measured. */
  readonly agreement?: TheoryAgreement | null;
  /** Theory beyond plain chains. */
  readonly special?: SpecialTheory | null;
  /** What theory recommends for residual blocks. */
  readonly recommended?: BlockInitialization | null;
  /** Kinds of layers that theory does not cover. */
  readonly beyond?: readonly string[];
  /** Whether the weights are given, so that theory may fail because they are not random. */
  readonly isGiven?: boolean;
  /** Theory at the network's variances; null when none covers it. */
  readonly theory: MeanField | null;
  /** Width of the hidden layers. Default: infinite. */
  readonly width?: WidthEvidence | null;
  /** The nearest critical initialisation; null when there is none or it is not known. */
  readonly critical: CriticalInitialization | null;
  /** Measured mean squared gradient at the first layer over that at the last. */
  readonly gradientRatio: Estimate | null;
  /** Measured 1 - c at the last hidden layer over that at the first: what is left of the differences of inputs. */
  readonly differenceRatio: Estimate | null;
  /** Layers that are neither "ok" nor "uncovered". */
  readonly brokenLayers: number;
}
