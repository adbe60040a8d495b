/**
 * Relative entropy along a decimation flow K_0 -> K_1 -> K_2 ...: how far the model has moved from where it began, step by step.
 * It rises to a limit that depends on K_0 and shows no trace of a phase transition in its shape, which is why
 * reconstruction is needed to see one in networks (arXiv:2107.06898).
 */
import { type Provenance, SpecError } from "../../base/index.ts";
import { decimateChain, relativeEntropyOfChains } from "./chain.ts";
import {
  decimateSquare,
  groundStateLimits,
  MARIS_KADANOFF,
  MIGDAL_KADANOFF,
  relativeEntropyOfSquares,
  SQUARE_KC,
  solveSquareFixedPoint,
} from "./square.ts";

/** Which model is decimated, and how. */
export type DecimationModel = "chain" | "migdal-kadanoff" | "maris-kadanoff";
export const DECIMATION_MODELS: readonly DecimationModel[] = ["chain", "migdal-kadanoff", "maris-kadanoff"];

/** A flow of couplings with relative entropies per site in nats. */
export interface DecimationFlow extends Provenance {
  readonly model: DecimationModel;
  /** K_0 .. K_steps. */
  readonly couplings: Float64Array;
  /** D(K_0 || K_n) per site. */
  readonly forward: Float64Array;
  /** D(K_n || K_0) per site. */
  readonly reverse: Float64Array;
  /** Where the flow ends: 0 (disorder), Infinity (order), or K_0 itself at a fixed point. */
  readonly limitCoupling: number;
  /** Limits of both relative entropies as n grows. */
  readonly limits: { readonly forward: number; readonly reverse: number };
  /** The unstable fixed point; null for the chain, whose only one is at zero temperature. */
  readonly fixedPoint: number | null;
  /** Exact critical coupling; null for the chain. */
  readonly criticalCoupling: number | null;
}

/** Steps after which a coupling has long left the range of numbers. */
const MOST_STEPS = 1000;
/** Couplings above count as infinite: relative entropies then change by rounding only. */
const FROZEN = 1e6;

/**
 * Follows a decimation.
 *
 * @param model - "chain" (exact, b = 2), "migdal-kadanoff" or "maris-kadanoff" (square lattice).
 * @param coupling - K_0 = J/kT, above 0.
 * @param steps - number of decimations, 0 to 1000.
 * @returns couplings, relative entropies per site in both orders, and their limits. Both rise monotonically away from the
 * unstable fixed point. Towards order the forward one grows without bound: ground states contain no excited sample.
 * @throws SpecError for impossible couplings or steps.
 * @example
 * ```ts
 * import { followDecimation } from "isinglass/flow";
 *
 * const flow = followDecimation("chain", 0.5, 3);
 * flow.forward; // => [0, 0.03405389, 0.09089576, 0.10998513]
 * flow.limits.forward; // => 0.11094407
 * ```
 */
export function followDecimation(model: DecimationModel, coupling: number, steps: number): DecimationFlow {
  if (!(coupling > 0 && coupling <= FROZEN)) {
    throw new SpecError(`followDecimation: received coupling ${coupling}, expected a number above 0.`, {
      hint: "K = J / kT; 0.5 is a usual start.",
    });
  }
  if (!(Number.isInteger(steps) && steps >= 0 && steps <= MOST_STEPS)) {
    throw new SpecError(
      `followDecimation: received ${steps} steps, expected an integer from 0 to ${MOST_STEPS}.`,
    );
  }
  const map = MAPS[model];
  if (map === undefined) {
    throw new SpecError(
      `followDecimation: unknown model "${model}", expected ${DECIMATION_MODELS.join(", ")}.`,
    );
  }
  const couplings = [coupling];
  while (couplings.length <= steps) couplings.push(Math.min(FROZEN, map.step(couplings.at(-1) as number)));
  const limitCoupling = map.limitOf(coupling);
  return {
    model,
    couplings: Float64Array.from(couplings),
    forward: Float64Array.from(couplings, (K) => map.distance(coupling, K)),
    reverse: Float64Array.from(couplings, (K) => map.distance(K, coupling)),
    limitCoupling,
    limits: limitsOf(map, coupling, limitCoupling),
    fixedPoint: map.fixedPoint,
    criticalCoupling: map.fixedPoint === null ? null : SQUARE_KC,
    assumptions: map.assumptions,
    references: map.references,
    seed: null,
  };
}

interface DecimationMap {
  readonly step: (K: number) => number;
  readonly distance: (from: number, to: number) => number;
  readonly limitOf: (K: number) => number;
  readonly fixedPoint: number | null;
  readonly assumptions: readonly string[];
  readonly references: DecimationFlow["references"];
}

function limitsOf(map: DecimationMap, K: number, limit: number): DecimationFlow["limits"] {
  if (limit === Number.POSITIVE_INFINITY) return groundStateLimits(K);
  return { forward: map.distance(K, limit), reverse: map.distance(limit, K) };
}

const EXACT_CHAIN: DecimationMap = {
  step: (K) => decimateChain(K),
  distance: relativeEntropyOfChains,
  limitOf: () => 0,
  fixedPoint: null,
  assumptions: ["Infinite chain without field; decimation by 2 is exact."],
  references: [erdmenger()],
};

function onSquare(kind: typeof MIGDAL_KADANOFF, authors: string, year: number, title: string): DecimationMap {
  const { coupling: fixedPoint } = solveSquareFixedPoint(kind);
  return {
    step: (K) => decimateSquare(K, kind),
    distance: relativeEntropyOfSquares,
    limitOf: (K) => (K === fixedPoint ? K : K < fixedPoint ? 0 : Number.POSITIVE_INFINITY),
    fixedPoint,
    assumptions: [
      "Infinite square lattice without field; the decimation keeps nearest-neighbour couplings only, which is approximate.",
      "Relative entropies between nearest-neighbour models are exact (Onsager's free energy and energy).",
    ],
    references: [
      { authors, year, title },
      {
        authors: "Onsager",
        year: 1944,
        title: "Crystal statistics I: a two-dimensional model with an order-disorder transition",
        where: "equations 106 to 117",
      },
      erdmenger(),
    ],
  };
}

function erdmenger(): DecimationFlow["references"][number] {
  return {
    authors: "Erdmenger, Grosvenor, Jefferson",
    year: 2022,
    title:
      "Towards quantifying information flows: relative entropy in deep neural networks and the renormalization group",
    id: "arXiv:2107.06898",
  };
}

const MAPS: Readonly<Record<DecimationModel, DecimationMap>> = {
  chain: EXACT_CHAIN,
  "migdal-kadanoff": onSquare(MIGDAL_KADANOFF, "Kadanoff", 1976, "Notes on Migdal's recursion formulas"),
  "maris-kadanoff": onSquare(MARIS_KADANOFF, "Maris, Kadanoff", 1978, "Teaching the renormalization group"),
};
