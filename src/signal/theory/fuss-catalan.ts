/**
 * The density of squared singular values of a product of L independent Gaussian matrices, the Fuss-Catalan law, in its
 * trigonometric parametrisation (Haagerup and Moeller 2013; Forrester and Liu 2015, equation 1.6). It is the Jacobian of a
 * deep linear network; L = 1 is the Marchenko-Pastur law of a square matrix.
 */
import { SpecError } from "../../base/index.ts";
import { solveBracketed } from "../../numerics/index.ts";

/** log of lambda(angle) = sin((L+1) a)^(L+1) / (sin a sin(L a)^L): decreasing from log of the edge to -infinity. */
function logLambda(angle: number, depth: number): number {
  return (
    (depth + 1) * Math.log(Math.sin((depth + 1) * angle)) -
    Math.log(Math.sin(angle)) -
    depth * Math.log(Math.sin(depth * angle))
  );
}

/**
 * Fuss-Catalan density at lambda for unit variance: mean 1, support (0, (L+1)^(L+1)/L^L].
 *
 * rho(a) = sin(a)^2 sin(L a)^(L-1) / (pi sin((L+1) a)^L) at lambda(a), 0 < a < pi/(L+1).
 *
 * @param lambda - squared singular value, > 0; 0 is returned above the edge.
 * @param depth - number of factors L >= 1.
 * @returns density, relative error about 1e-12 away from the edge.
 * @throws SpecError for a depth below 1 or lambda <= 0.
 * @example
 * ```ts
 * import { fussCatalanDensity } from "isinglass/signal";
 *
 * fussCatalanDensity(1, 1); // => 0.27566
 * ```
 */
export function fussCatalanDensity(lambda: number, depth: number): number {
  if (!(Number.isInteger(depth) && depth > 0 && lambda > 0)) {
    throw new SpecError(
      `fussCatalanDensity: received lambda ${lambda} and depth ${depth}, expected positive numbers.`,
      {
        hint: "The depth is an integer >= 1.",
      },
    );
  }
  const end = Math.PI / (depth + 1);
  const target = Math.log(lambda);
  const smallest = 1e-9 * end;
  if (target >= logLambda(smallest, depth)) return 0;
  const { root } = solveBracketed((a) => logLambda(a, depth) - target, smallest, end * (1 - 1e-15), {
    tolerance: 0,
  });
  return (
    (Math.sin(root) ** 2 * Math.sin(depth * root) ** (depth - 1)) /
    (Math.PI * Math.sin((depth + 1) * root) ** depth)
  );
}
