/** The finite square lattice on a torus: Kaufman (Phys. Rev. 76, 1232, 1949), with exact derivatives. */
import { SpecError } from "../../base/index.ts";
import { inverseTemperature } from "./check.ts";
import {
  acosh,
  add,
  constant,
  coth,
  exp,
  log,
  logCosh,
  logSinh,
  scale,
  type Taylor,
  type Thermodynamics,
  tanh,
  thermodynamics,
  times,
  variable,
} from "./taylor.ts";

/**
 * Kaufman's partition function of a torus with `columns` x `rows` spins,
 * Z = (1/2) (2 sinh 2K)^(nm/2) sum of four products of 2 cosh or 2 sinh of m gamma_l / 2,
 * cosh gamma_l = cosh 2K coth 2K - cos(pi l / n), gamma_0 = 2K + log tanh K. A side of 2 has double bonds.
 *
 * @returns log Z, free energy, energy and heat capacity per spin.
 * @throws SpecError for T <= 0 or a side below 1.
 * @accuracy about 1e-12; cost O(columns).
 * @source Kaufman (1949), eq. 97; Ferdinand and Fisher, Phys. Rev. 185, 832 (1969), eq. 2.1.
 * @example
 * ```ts
 * import { solveKaufman } from "isinglass/lattice";
 * solveKaufman(2, 4).energy; // => -1.7553802888
 * ```
 */
export function solveKaufman(temperature: number, columns: number, rows: number = columns): Thermodynamics {
  const K = inverseTemperature(temperature);
  for (const side of [columns, rows])
    if (!Number.isInteger(side) || side < 1)
      throw new SpecError(`Kaufman torus: received a side of ${side}, expected a positive integer`);
  const twoK: Taylor = scale(variable(K), 2);
  const ratio = times(exp(logCosh(twoK)), coth(twoK));
  const gamma = (l: number): Taylor => acosh(add(ratio, constant(-Math.cos((Math.PI * l) / columns))));
  const half = rows / 2;
  const sums = { oddCosh: ZERO, oddSinh: ZERO, evenCosh: ZERO, evenSinh: ZERO };
  for (let r = 0; r < columns; r++) {
    const odd = scale(gamma(2 * r + 1), half);
    sums.oddCosh = add(sums.oddCosh, logCosh(odd), TWO);
    sums.oddSinh = add(sums.oddSinh, logSinh(odd), TWO);
    if (r === 0) continue;
    const even = scale(gamma(2 * r), half);
    sums.evenCosh = add(sums.evenCosh, logCosh(even), TWO);
    sums.evenSinh = add(sums.evenSinh, logSinh(even), TWO);
  }
  // gamma_0 changes sign at the critical point, so that its 2 sinh is kept as 2 cosh times tanh
  const zero = scale(add(twoK, log(tanh(variable(K)))), half);
  const zeroCosh = add(logCosh(zero), TWO);
  const logs = [sums.oddCosh, sums.oddSinh, add(sums.evenCosh, zeroCosh), add(sums.evenSinh, zeroCosh)];
  const largest = Math.max(...logs.map(([value]) => value));
  const terms = logs.map((term) => exp(add(term, constant(-largest))));
  terms[3] = times(terms[3] as Taylor, tanh(zero));
  const sites = columns * rows;
  const logZ = add(
    constant(largest - Math.LN2),
    log(add(...terms)),
    scale(add(logSinh(twoK), TWO), sites / 2),
  );
  return thermodynamics(logZ, K, sites);
}

const ZERO: Taylor = [0, 0, 0];
const TWO: Taylor = constant(Math.LN2);
