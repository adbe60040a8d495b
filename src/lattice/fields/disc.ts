/**
 * The continuum that lattice fields are compared with: the hyperbolic disc of radius rho at curvature -1. Its rotation-symmetric
 * eigenfunctions of -Laplacian are conical functions P_{-1/2 + i tau}(cosh r) with eigenvalue 1/4 + tau^2; the lowest Dirichlet
 * eigenvalue lies above 1/4, the Breitenlohner-Freedman bound of AdS2.
 */
import { SpecError } from "../../base/index.ts";
import { solveBracketed } from "../../numerics/index.ts";

/** The Breitenlohner-Freedman bound on m^2 in two dimensions (Breitenlohner and Freedman, Ann. Phys. 144, 249, 1982). */
export const BREITENLOHNER_FREEDMAN: number = -1 / 4;

/** Points of the midpoint rule, exact to rounding for smooth integrands that are periodic. */
const POINTS = 96;
const SMALLEST_RADIUS = 1e-3;
const LARGEST_RADIUS = 100;

/**
 * The conical function P_{-1/2 + i tau}(cosh r) by Mehler's integral (2/pi) int_0^r cos(tau u) / sqrt(2 cosh r - 2 cosh u) du
 * with u = r sin x, whose integrand is smooth and even about both ends.
 *
 * @param tau real and at least 0; r above 0.
 * @accuracy 1e-12 for tau r below 30.
 * @source Mehler (1881); Zhurina and Karmazina, "Tables and formulae for the spherical functions" (1966).
 * @example
 * ```ts
 * import { conicalFunction } from "isinglass/lattice";
 * conicalFunction(0, 1e-6); // => 1.0000000
 * ```
 */
export function conicalFunction(tau: number, r: number): number {
  let sum = 0;
  for (let k = 0; k < POINTS; k++) {
    const x = (0.5 * Math.PI * (k + 0.5)) / POINTS;
    const u = r * Math.sin(x);
    // r - u without cancellation near x = pi/2
    const gap = 2 * r * Math.sin(0.25 * Math.PI - 0.5 * x) ** 2;
    // 2 cosh r - 2 cosh u = 4 sinh((r+u)/2) sinh((r-u)/2)
    const root = 2 * Math.sqrt(Math.sinh((r + u) / 2) * Math.sinh(gap / 2));
    sum += (Math.cos(tau * u) * r * Math.cos(x)) / root;
  }
  return (2 / Math.PI) * ((0.5 * Math.PI) / POINTS) * sum;
}

/**
 * Lowest Dirichlet eigenvalue of -Laplacian on the disc of radius rho; minus this is the instability threshold of m^2.
 *
 * @throws SpecError for a radius outside 0.001 to 100.
 * @accuracy 1e-10 relative.
 * @example
 * ```ts
 * import { solveDiscEigenvalue } from "isinglass/lattice";
 * solveDiscEigenvalue(5); // => 0.525036
 * ```
 */
export function solveDiscEigenvalue(radius: number): number {
  if (!(radius >= SMALLEST_RADIUS && radius <= LARGEST_RADIUS))
    throw new SpecError(
      `disc eigenvalue: received radius ${radius}, expected a number from ${SMALLEST_RADIUS} to ${LARGEST_RADIUS}`,
    );
  // tau = j / radius, where j rises from Bessel's first zero 2.405 (small discs, which are flat) to pi (large ones)
  const { root } = solveBracketed((j) => conicalFunction(j / radius, radius), 2.3, 3.2, { tolerance: 1e-13 });
  return 0.25 + (root / radius) ** 2;
}

/**
 * The dimension of the operator at the boundary that a field of mass m has: Delta (Delta - 1) = m^2, the larger root.
 *
 * @throws SpecError below the Breitenlohner-Freedman bound, where it is complex.
 * @example
 * ```ts
 * import { continuumDimension } from "isinglass/lattice";
 * continuumDimension(2); // => 2
 * ```
 */
export function continuumDimension(massSquared: number): number {
  if (!(massSquared >= BREITENLOHNER_FREEDMAN))
    throw new SpecError(
      `scaling dimension: received m^2 = ${massSquared}, expected at least -1/4, the Breitenlohner-Freedman bound`,
    );
  return 0.5 + Math.sqrt(0.25 + massSquared);
}
