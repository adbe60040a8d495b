/**
 * Special functions, from @stdlib (ports of FreeBSD msun and Cephes, accurate to a few units in the last place):
 * error function and complement, log-gamma, complete elliptic integral of the first kind. @stdlib is CommonJS with
 * `module.exports = f`, which is the default import here.
 */
import ellipk from "@stdlib/math-base-special-ellipk";
import stdlibErf from "@stdlib/math-base-special-erf";
import stdlibErfc from "@stdlib/math-base-special-erfc";
import gammaln from "@stdlib/math-base-special-gammaln";

/**
 * Error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x.
 *
 * @accuracy below 1 ulp (FreeBSD msun).
 * @source Abramowitz and Stegun (1964), 7.1.1.
 * @example
 * import { erf } from "isinglass/numerics";
 * erf(0.5); // => 0.5204998778130465
 */
export const erf: (x: number) => number = stdlibErf;

/**
 * Complementary error function 1 - erf(x), without cancellation for large x.
 *
 * @accuracy below 1 ulp (FreeBSD msun); underflows beyond x = 26.5.
 * @source Abramowitz and Stegun (1964), 7.1.2.
 * @example
 * import { erfc } from "isinglass/numerics";
 * erfc(5) * 1e12; // => 1.5374597944280
 */
export const erfc: (x: number) => number = stdlibErfc;

/**
 * Natural logarithm of |Gamma(x)|.
 *
 * @accuracy a few ulp (FreeBSD msun).
 * @source Abramowitz and Stegun (1964), 6.1.1.
 * @example
 * import { logGamma } from "isinglass/numerics";
 * logGamma(11); // => 15.104412573075516
 */
export const logGamma: (x: number) => number = gammaln;

/**
 * Complete elliptic integral of the first kind of the parameter m = k^2:
 * K(m) = integral of (1 - m sin^2 t)^(-1/2) from 0 to pi/2.
 *
 * @param m parameter (not the modulus k), m <= 1; NaN above 1.
 * @accuracy about 1e-15 relative.
 * @source Abramowitz and Stegun (1964), 17.3.1; Fukushima (2009).
 * @example
 * import { ellipticK } from "isinglass/numerics";
 * ellipticK(0.5); // => 1.854074677301372
 */
export const ellipticK: (m: number) => number = ellipk;

/**
 * Probability that a standard normal is below x, erfc(-x / sqrt 2) / 2.
 *
 * @accuracy a few ulp, in the lower tail too.
 * @source Abramowitz and Stegun (1964), 26.2.2.
 * @example
 * import { normalCdf } from "isinglass/numerics";
 * normalCdf(1); // => 0.8413447460685429
 */
export function normalCdf(x: number): number {
  return 0.5 * stdlibErfc(-x * Math.SQRT1_2);
}
