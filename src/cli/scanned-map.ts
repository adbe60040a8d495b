/** A flow map with what was trained beside it, as the commands hand it to terminal and page. */
import type { FlowScanInput } from "../figures/index.ts";
import type { ComparisonRow, FlowMap, TrainedCell } from "../flow/index.ts";
import type { Score } from "../runs/index.ts";

/** One map with everything beside it. */
export interface ScannedMap {
  readonly map: FlowMap;
  readonly trained: readonly TrainedCell[];
  readonly comparison: readonly ComparisonRow[];
  /** What the networks are scored by, what guessing gives, and scores from which they count as trained. */
  readonly score: Score;
  readonly chance: number;
  readonly thresholds: readonly number[];
  readonly depthScale: FlowScanInput["depthScale"];
}
