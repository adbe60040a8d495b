/** How a curve is worked out: what the worker, or a test, brings along. */
import type { ProgressEvent } from "../../../../src/base/index.ts";
import type { Dataset, LoadOptions } from "../../../../src/data/index.ts";
import type { LinearAlgebra } from "../../../../src/kernels/index.ts";
import type { CurveAnswer } from "./types.ts";

/** Opens the labelled sample; options as in `loadDataset`. */
export type OpenSample = (
  options: LoadOptions,
) => Promise<{ readonly train: Dataset; readonly test: Dataset }>;

/** How a curve is worked out. */
export interface CurveWork {
  readonly openSample: OpenSample;
  readonly algebra: LinearAlgebra;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Sees theory at once, and then the curve after every size that was sampled. */
  readonly onPartial?: (partial: CurveAnswer) => void;
  /** Lets messages in, between sizes. */
  readonly giveWay?: () => Promise<void>;
}
