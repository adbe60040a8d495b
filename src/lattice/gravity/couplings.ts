/**
 * Discrete Jackiw-Teitelboim gravity as an Ising model (Erdmenger, Karl, Thurn, Vojta, Xian, JHEP 05 (2025) 165): spacetime is
 * a region of triangles of {3,q} bounded by one circle, spins inside are up, all others down. Area and length of the boundary
 * cost energy:
 *   H = -h N_up + (J - E) L + constant, h = q/12 - 1/2, J = sqrt((q - 6)(q - 2)) / 12,
 * N_up the number of up triangles, L that of unlike neighbour pairs (edges of the wall), E the argument of the resolvent.
 */
import { SpecError } from "../../base/index.ts";
import { planeOf } from "../tiling/index.ts";

/** Couplings of the model on {3,q}. */
export interface GravityCouplings {
  readonly q: number;
  /** Energy gained by each up triangle: q/12 - 1/2. */
  readonly field: number;
  /** Energy of an edge of the wall at E = 0: sqrt((q - 6)(q - 2)) / 12. */
  readonly coupling: number;
  /** E. */
  readonly resolventEnergy: number;
  /** J - E. */
  readonly effectiveCoupling: number;
  /** Curvature deficit at a vertex, (2 - q/3) pi, negative. */
  readonly deficit: number;
  /** -(gamma + 1 - deficit); no average depends on it, and it is left out of every energy reported here. */
  readonly constant: number;
}

/** Weight of the Euler number in the published program. */
const GAMMA = 100;

/**
 * Couplings on {3,q}.
 *
 * @param energy E, any number.
 * @param gamma weight of the Euler number, which is 1 for every disc; only the constant knows it.
 * @throws SpecError for q that gives no hyperbolic {3,q} (it says which plane), or an E that is no number.
 * @example
 * ```ts
 * import { gravityCouplings } from "isinglass/lattice";
 * gravityCouplings(7, 0).coupling; // => 0.186338998
 * gravityCouplings(7, 0).field; // => 0.083333333
 * ```
 */
export function gravityCouplings(q: number, energy: number, gamma: number = GAMMA): GravityCouplings {
  requireGravity(q);
  if (!Number.isFinite(energy))
    throw new SpecError(`jt: received E = ${energy}, expected a finite number`, {
      hint: "the coupling J - E of {3,7} is positive below E = 0.1863",
    });
  const field = q / 12 - 1 / 2;
  const coupling = Math.sqrt((q - 6) * (q - 2)) / 12;
  const deficit = (2 - q / 3) * Math.PI;
  return {
    q,
    field,
    coupling,
    resolventEnergy: energy,
    effectiveCoupling: coupling - energy,
    deficit,
    constant: -(gamma + 1 - deficit),
  };
}

/** Refuses q below 7: the triangles would close up to a sphere, or lie flat. */
export function requireGravity(q: number): void {
  if (Number.isInteger(q) && q >= 7) return;
  const plane = Number.isInteger(q) && q >= 3 ? planeOf(3, q) : null;
  throw new SpecError(
    plane === null
      ? `jt: received q = ${q}, expected an integer of at least 7 (triangles round a vertex)`
      : `jt: {3,${q}} is ${plane}, expected a hyperbolic tiling: q of at least 7 triangles round a vertex`,
    { hint: "for example --q 7", data: { q, plane } },
  );
}

/** Refuses inverse temperatures that are negative or no number. */
export function requireBeta(beta: number): void {
  if (!(beta >= 0) || !Number.isFinite(beta))
    throw new SpecError(`jt: received beta = ${beta}, expected a number of at least 0`, {
      hint: "for example --beta 2; 0 weighs all regions alike",
    });
}
