/**
 * The infinite square lattice without field: Onsager (Phys. Rev. 65, 117, 1944) and the spontaneous magnetisation of Yang
 * (Phys. Rev. 85, 808, 1952). J = k = 1.
 */
import { inverseTemperature } from "./check.ts";

/** Critical temperature of the square lattice, 2 / log(1 + sqrt 2) (Kramers and Wannier 1941). */
export const SQUARE_TC: number = 2 / Math.log1p(Math.SQRT2);

/** The infinite lattice, per site. */
export interface OnsagerResult {
  readonly freeEnergy: number;
  readonly energy: number;
  /** Infinity at the critical temperature. */
  readonly heatCapacity: number;
  /** Spontaneous magnetisation; 0 at and above the critical temperature. */
  readonly magnetization: number;
}

/**
 * Onsager's solution: with k = 2 sinh 2K / cosh^2 2K and k' = 2 tanh^2 2K - 1,
 * u = -coth 2K [1 + (2/pi) k' K(k)],
 * c = (4/pi) (K coth 2K)^2 {K(k) - E(k) - (1 - tanh^2 2K) [pi/2 + k' K(k)]},
 * m = (1 - sinh^-4 2K)^(1/8).
 *
 * @param temperature in units of J / k, above 0.
 * @throws SpecError otherwise.
 * @accuracy about 1e-13.
 * @source Onsager (1944), eqs. 106 to 117; Yang (1952), eq. 96.
 * @example
 * ```ts
 * import { solveOnsager } from "isinglass/lattice";
 * solveOnsager(2).energy; // => -1.7455645753
 * ```
 */
export function solveOnsager(temperature: number): OnsagerResult {
  const K = inverseTemperature(temperature);
  const t = Math.tanh(2 * K);
  const kPrime = 2 * t * t - 1;
  const sech = 1 / Math.cosh(2 * K);
  const k = 2 * t * sech;
  const isCritical = Math.abs(kPrime) < CRITICAL_WIDTH;
  const elliptic = isCritical ? null : ellipticPair(Math.abs(kPrime));
  const energy = -(1 + (elliptic === null ? 0 : (2 / Math.PI) * kPrime * elliptic.first)) / t;
  const heatCapacity =
    elliptic === null
      ? Number.POSITIVE_INFINITY
      : (4 / Math.PI) *
        (K / t) ** 2 *
        (elliptic.first - elliptic.second - sech * sech * (Math.PI / 2 + kPrime * elliptic.first));
  // sinh 2K above 1 is the same as t^2 > 1/2
  const magnetization = kPrime > 0 && !isCritical ? (1 - Math.sinh(2 * K) ** -4) ** 0.125 : 0;
  // log(cosh 2K) without overflow
  const logCosh = 2 * K + Math.log1p(Math.exp(-4 * K)) - Math.LN2;
  const logZ = 0.5 * Math.LN2 + logCosh + logIntegral(k, kPrime) / Math.PI;
  return { freeEnergy: -temperature * logZ, energy, heatCapacity, magnetization };
}

/** |k'| below this counts as the critical point, where the heat capacity diverges. */
const CRITICAL_WIDTH = 1e-15;

/** K(k) and E(k) by the arithmetic-geometric mean, from the complementary modulus k' (no cancellation near k = 1). */
function ellipticPair(kPrime: number): { first: number; second: number } {
  let a = 1;
  let b = kPrime;
  let weight = 0.5;
  let sum = weight * (1 - kPrime * kPrime);
  while (Math.abs(a - b) > Number.EPSILON * a) {
    const c = 0.5 * (a - b);
    const mean = 0.5 * (a + b);
    b = Math.sqrt(a * b);
    a = mean;
    weight *= 2;
    sum += weight * c * c;
  }
  const first = Math.PI / (2 * a);
  return { first, second: first * (1 - sum) };
}

/** Step and range of the double-exponential rule; the error is below rounding for both. */
const STEP = 1 / 32;
const RANGE = 3.6;

/**
 * Integral of log(1 + sqrt(k'^2 + k^2 sin^2 x)) over 0 .. pi/2, by the double-exponential rule (Takahasi and Mori 1974), whose
 * points crowd at the ends: the integrand has a kink at 0 when k' is 0.
 */
function logIntegral(k: number, kPrime: number): number {
  let sum = 0;
  for (let j = Math.round(-RANGE / STEP); j * STEP <= RANGE; j++) {
    const s = j * STEP;
    const inner = 0.5 * Math.PI * Math.sinh(s);
    // distance from 0 in units of the interval, (1 + tanh) / 2
    const x = 0.5 * Math.PI * (1 / (1 + Math.exp(-2 * inner)));
    const weight = (0.25 * Math.PI * 0.5 * Math.PI * Math.cosh(s)) / Math.cosh(inner) ** 2;
    sum += weight * Math.log(1 + Math.hypot(kPrime, k * Math.sin(x)));
  }
  return sum * STEP;
}
