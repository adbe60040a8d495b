/** A flow map with what was trained beside it, as the commands hand it to terminal and page. */
import type { FlowScanInput } from "../figures/index.ts";
import type { ComparisonRow, FlowMap, TrainedCell } from "../flow/index.ts";

/** One map with everything beside it. */
export interface ScannedMap {
  readonly map: FlowMap;
  readonly trained: readonly TrainedCell[];
  readonly comparison: readonly ComparisonRow[];
  readonly depthScale: FlowScanInput["depthScale"];
}
