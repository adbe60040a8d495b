/** Where a prediction of finite width was checked against sampling, and whether a result lies inside. */
import type { Activation } from "../../networks/index.ts";

/** The region in which a formula is known to hold, stated with every result. */
export interface Validity {
  readonly region: string;
  readonly isInside: boolean;
}

/** What decides about validity. */
export interface ValiditySetting {
  readonly activation: Activation;
  /** Hidden layers. */
  readonly depth: number;
  /** Units of the narrowest hidden layer. */
  readonly width: number;
  /** P / N of the narrowest layer. */
  readonly load: number;
  /** y^T K^{-1} y / P; null for a singular kernel. */
  readonly ratio: number | null;
  /** The average over the scale instead of its saddle point. */
  readonly isMixture: boolean;
}

/** Examples a unit, and size of the targets, up to which one hidden layer was within 4 percent of sampling. */
const MOST_LOAD = 1.5;
const MOST_RATIO = 2;
/** Narrowest network that was sampled. */
const LEAST_WIDTH = 10;
/** Deepest, and narrowest deep ones (bench/bayes/forms.ts). */
const MOST_DEPTH = 3;
const LEAST_DEEP_WIDTH = 20;

/** Validity of forms that rescale the kernel. */
export function validityOf({ activation, depth, width, load, ratio, isMixture }: ValiditySetting): Validity {
  if (activation.name === "linear") {
    return isMixture
      ? { region: "exact for linear units at every width", isInside: true }
      : {
          region: `linear units: the saddle point leaves out terms of relative order 1 / N (width of at least ${LEAST_WIDTH})`,
          isInside: width >= LEAST_WIDTH,
        };
  }
  const isModerate = load <= MOST_LOAD && (ratio ?? Number.POSITIVE_INFINITY) < MOST_RATIO;
  const bounds = `P / N <= ${MOST_LOAD} and y^T K^-1 y / P < ${MOST_RATIO}`;
  return depth === 1
    ? {
        region: `${bounds}, random inputs: within 4 percent of sampling, up to 10 percent outside; on images farther off`,
        isInside: isModerate,
      }
    : {
        region: `two and three hidden layers of ${LEAST_DEEP_WIDTH} to 60 units, P / N <= ${MOST_LOAD}, random inputs: erf within 5 percent of sampling, ReLU 9 percent high; on images farther off; deeper and narrower networks were not sampled`,
        isInside: depth <= MOST_DEPTH && width >= LEAST_DEEP_WIDTH && load <= MOST_LOAD,
      };
}
