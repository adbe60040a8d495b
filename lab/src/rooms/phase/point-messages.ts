/** What is asked and answered about one network. */
import type { MeanField } from "../../../../src/signal/theory/index.ts";

/** One point of the plane of variances. */
export interface PointRequest {
  readonly activation: string;
  readonly weightVariance: number;
  readonly biasVariance: number;
  readonly depth: number;
  /** Cosine of the two inputs that are followed. */
  readonly cosine: number;
  /** Points of the correlation map. */
  readonly points: number;
  /** While something is dragged: from interpolated tables, to 1e-8; an exact request follows when it rests. */
  readonly isLive?: boolean;
}

/** The numbers that are shown. */
export type PointNumbers = Pick<MeanField, "phase" | "q" | "c" | "chi1" | "xiQ" | "xiC" | "maxDepth">;

/** The map c -> c' at the limiting variance. */
export interface CorrelationMap {
  readonly c: Float64Array;
  readonly next: Float64Array;
}

/** What is known of it. */
export interface PointResult {
  readonly request: PointRequest;
  readonly field: PointNumbers;
  /** Variances and correlations of layers 1 to depth. */
  readonly q: Float64Array;
  readonly c: Float64Array;
  /** Null where the variance settles at no positive number. */
  readonly map: CorrelationMap | null;
}
