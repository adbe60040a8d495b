/**
 * The Bethe lattice: the inside of an infinite tree with q neighbours a site (Bethe 1935; Baxter, "Exactly solved models in
 * statistical mechanics", 1982, chapter 4).
 */
import { SpecError } from "../../base/index.ts";
import { inverseTemperature } from "./check.ts";

/** Central site of the Bethe lattice with all far spins +1. */
export interface BetheResult {
  readonly criticalTemperature: number;
  readonly magnetization: number;
  /** Energy per site of the infinite regular tree: -(q/2) <s s'> - h m. */
  readonly energy: number;
  /** Correlation of neighbours. */
  readonly nearest: number;
}

/**
 * Critical temperature 2 / log(q / (q - 2)); 0 for a chain.
 * @throws SpecError for q below 2.
 * @example
 * ```ts
 * import { betheCriticalTemperature } from "isinglass/lattice";
 * betheCriticalTemperature(4); // => 2.88539008
 * ```
 */
export function betheCriticalTemperature(coordination: number): number {
  if (!Number.isInteger(coordination) || coordination < 2)
    throw new SpecError(
      `Bethe lattice: received coordination ${coordination}, expected an integer of at least 2`,
    );
  return coordination === 2 ? 0 : 2 / Math.log(coordination / (coordination - 2));
}

const MAX_ITERATIONS = 1_000_000;
const TOLERANCE = 1e-16;

/**
 * Solves the cavity recursion x = K h + (q - 1) artanh(tanh K tanh x) from above, where x is K times the field that a branch
 * sees without its parent: the stable solution that +1 spins at infinity select.
 *
 * @accuracy 1e-13 away from the critical point, where convergence is slow.
 * @source Baxter (1982), section 4.2.
 * @example
 * ```ts
 * import { solveBethe } from "isinglass/lattice";
 * solveBethe(2, 4).magnetization; // => 0.928583914
 * ```
 */
export function solveBethe(temperature: number, coordination: number, field = 0): BetheResult {
  const K = inverseTemperature(temperature);
  const criticalTemperature = betheCriticalTemperature(coordination);
  const t = Math.tanh(K);
  const message = (x: number): number => passThrough(K, x);
  let x = K * (field + coordination - 1);
  const isDisordered = field === 0 && temperature >= criticalTemperature;
  if (isDisordered) x = 0;
  for (let n = 0; n < MAX_ITERATIONS && !isDisordered; n++) {
    const next = K * field + (coordination - 1) * message(x);
    const isDone = Math.abs(next - x) <= TOLERANCE * Math.abs(next);
    x = next;
    if (isDone) break;
  }
  const magnetization = Math.tanh(x + message(x));
  const a = Math.tanh(x);
  // two branches with cavity fields x joined by one bond
  const nearest = (t + a * a) / (1 + t * a * a);
  return {
    criticalTemperature,
    magnetization,
    nearest,
    energy: -0.5 * coordination * nearest - field * magnetization,
  };
}

/** artanh(tanh y tanh x): the field that a spin in field x exerts through a bond y. Stable when both are large. */
export function passThrough(y: number, x: number): number {
  return 0.5 * (logTwoCosh(x + y) - logTwoCosh(x - y));
}

function logTwoCosh(x: number): number {
  return Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x)));
}
