/**
 * The full density of squared singular values of the Jacobian J = prod_l D_l W_l of a wide network, from its S-transform
 * (Pennington, Schoenholz and Ganguli 2018, section 3). With x = M_D(w) = E d/(w - d), d = phi'(h)^2, the transform of
 * J J^T obeys z = (1+x)/x [sigmaW2 w x (1+x)^(g-1)]^L, g = 1 for Gaussian and 0 for orthogonal weights, and its
 * resolvent is (1+x)/z. For every lambda the complex w is continued from far above the real axis down to it.
 */
import { ConvergenceError, SpecError } from "../../base/index.ts";
import { varianceRule } from "./gaussian-rule.ts";
import type { JacobianSetup } from "./jacobian.ts";
import type { ScalarActivation } from "./types.ts";

/** Density of the squared singular values. */
export interface JacobianDensity {
  /** Squared singular values, ascending, logarithmically spaced unless given. */
  readonly lambda: Float64Array;
  /** Density per unit lambda of the continuous part. */
  readonly density: Float64Array;
  /** Weight of exactly vanishing singular values (units that block gradients, as in ReLU). */
  readonly zeroWeight: number;
}

/** Squared slopes d = phi'(h)^2 and their probabilities. */
interface Slopes {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

interface Complex {
  readonly re: number;
  readonly im: number;
}

/** Level of the Gaussian rule: about 900 nodes, so that discreteness shows below 1e-3 of the density only. */
const level = 3;
/** Slopes closer than this are merged into one atom. */
const sameSlope = 1e-12;
/** Distance from the real axis, relative to lambda, at which the density is read off. */
const smallestImaginary = 1e-7;
/** Largest relative distance at which a value may stand when the continuation ends early. */
const coarsestImaginary = 0.02;
/** The same relative to the mean squared singular value. */
const smallestScale = 1e-4;
/** Factor by which the distance shrinks per continuation step. */
const shrink = 0.6;
const newtonSteps = 60;

/**
 * The density of squared singular values at given points.
 *
 * @param activation - phi.
 * @param options - sigmaW2, q, depth and ensemble as for `predictJacobian`.
 * @param lambda - where to evaluate; default 200 points covering the support for moderate depth.
 * @returns density with absolute error about 1e-3 of its maximum (smoothed over
 * 1e-7 lambda; below 1e-4 of the mean over up to that distance); cost O(10^4 * number
 * of distinct slopes) per point, about 10 ms for tanh.
 * @throws SpecError for orthogonal weights and equal slopes (all singular values are equal: no density);
 * ConvergenceError when the continuation is lost.
 * Source: Pennington, Schoenholz and Ganguli 2018, equations 11-15.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { predictJacobianDensity } from "isinglass/signal";
 *
 * const { density } = predictJacobianDensity(
 *   resolveActivation("linear"), { sigmaW2: 1, q: 1, depth: 1, ensemble: "gaussian" }, [1, 2],
 * );
 * density[0]; // => 0.2757
 * ```
 */
export function predictJacobianDensity(
  activation: ScalarActivation,
  options: JacobianSetup,
  lambda?: ArrayLike<number>,
): JacobianDensity {
  const slopes = slopesOf(activation, options.q);
  const { values, weights } = slopes;
  if (options.ensemble === "orthogonal" && values.length === 1) {
    throw new SpecError(
      "predictJacobianDensity: received orthogonal weights and one slope, expected a spread spectrum.",
      {
        hint: "All squared singular values equal chi_1^L here.",
      },
    );
  }
  const points = lambda === undefined ? defaultPoints(slopes, options) : Float64Array.from(lambda);
  // A product of L projections on fractions f of the space keeps the smallest rank: f once, whatever L.
  const zeroWeight = (values[0] as number) === 0 ? (weights[0] as number) : 0;
  return { lambda: points, density: points.map((x) => densityAt(x, slopes, options)), zeroWeight };
}

/** Distinct squared slopes with probabilities, ascending. */
function slopesOf(activation: ScalarActivation, q: number): Slopes {
  const rule = varianceRule(Math.max(q, 1e-12), activation.kinks, level);
  const pairs = Array.from(
    rule.nodes,
    (u, i) => [activation.derivative(u) ** 2, rule.weights[i] as number] as const,
  )
    .filter(([, weight]) => weight > 0)
    .sort((a, b) => a[0] - b[0]);
  const values: number[] = [];
  const weights: number[] = [];
  for (const [value, weight] of pairs) {
    const last = values.length - 1;
    if (last >= 0 && value - (values[last] as number) < sameSlope)
      weights[last] = (weights[last] as number) + weight;
    else {
      values.push(value);
      weights.push(weight);
    }
  }
  return { values: Float64Array.from(values), weights: Float64Array.from(weights) };
}

function defaultPoints(
  { values, weights }: Slopes,
  { sigmaW2, depth, ensemble }: JacobianSetup,
): Float64Array {
  const mean = values.reduce((sum, d, i) => sum + d * (weights[i] as number), 0);
  const largest = values[values.length - 1] as number;
  const gaussianEdge = (depth + 1) * (1 + 1 / depth) ** depth;
  // The edge is below the product of the largest slopes, and grows like the linear edge times e mean^L for deep networks.
  const scale = (sigmaW2 * mean) ** depth;
  const bound = (sigmaW2 * largest) ** depth * (ensemble === "gaussian" ? gaussianEdge : 1);
  const top = Math.min(bound, scale * 100 * gaussianEdge);
  const bottom = top * 1e-6;
  return Float64Array.from({ length: 200 }, (_, i) => bottom * (top / bottom) ** (i / 199));
}

const times = (a: Complex, b: Complex): Complex => ({
  re: a.re * b.re - a.im * b.im,
  im: a.re * b.im + a.im * b.re,
});
const over = (a: Complex, b: Complex): Complex => {
  const size = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
};
const log = (a: Complex): Complex => ({ re: Math.log(Math.hypot(a.re, a.im)), im: Math.atan2(a.im, a.re) });

/** x = E d/(w - d) and dx/dw = -E d/(w - d)^2. */
function transform({ values, weights }: Slopes, w: Complex): { x: Complex; slope: Complex } {
  let [xr, xi, sr, si] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const d = values[i] as number;
    const re = w.re - d;
    const size = re * re + w.im * w.im;
    const p = ((weights[i] as number) * d) / size;
    xr += p * re;
    xi -= p * w.im;
    // 1/(w - d)^2 = conj(w - d)^2 / size^2
    sr -= (p * (re * re - w.im * w.im)) / size;
    si += (2 * p * re * w.im) / size;
  }
  return { x: { re: xr, im: xi }, slope: { re: sr, im: si } };
}

function densityAt(lambda: number, slopes: Slopes, { sigmaW2, depth, ensemble }: JacobianSetup): number {
  const g = ensemble === "gaussian" ? 1 : 0;
  const { values, weights } = slopes;
  const mean = values.reduce((sum, d, i) => sum + d * (weights[i] as number), 0);
  // Far away x = mean_D/w = mean_J/z, so w = mean_D z / mean_J.
  const scale = (sigmaW2 * mean) ** depth;
  let imaginary = 100 * (lambda + scale * (depth + 1) * Math.E);
  let w: Complex = times({ re: lambda, im: imaginary }, { re: mean / scale, im: 0 });
  let resolvent = 0;
  for (;;) {
    const z: Complex = { re: lambda, im: imaginary };
    const solved = solvePoint(z, w, slopes, sigmaW2, depth, g);
    if (solved === null) {
      // Outside the support, or far below the mean, w meets the discrete slopes on the real axis: the density seen from
      // there is kept, smoothed over that distance.
      if (imaginary <= coarsestImaginary * lambda || imaginary <= smallestScale * scale)
        return Math.max(0, -resolvent / Math.PI);
      throw new ConvergenceError(
        `predictJacobianDensity: lost the solution at lambda ${lambda}, distance ${imaginary.toExponential(1)} from the axis.`,
        { hint: "Evaluate fewer layers or other points." },
      );
    }
    w = solved.w;
    resolvent = over({ re: 1 + solved.x.re, im: solved.x.im }, z).im;
    if (imaginary <= smallestImaginary * lambda) return Math.max(0, -resolvent / Math.PI);
    imaginary = Math.max(imaginary * shrink, smallestImaginary * lambda);
  }
}

/** Newton's iteration for log z(w) = log z in log w, which cannot leave the sheet by small steps. */
function solvePoint(
  z: Complex,
  start: Complex,
  slopes: Slopes,
  sigmaW2: number,
  depth: number,
  g: number,
): { w: Complex; x: Complex } | null {
  let w = start;
  const target = log(z);
  for (let k = 0; k < newtonSteps; k++) {
    const { x, slope } = transform(slopes, w);
    const onePlus: Complex = { re: 1 + x.re, im: x.im };
    const [lx, l1, lw] = [log(x), log(onePlus), log(w)];
    // log z = log(1+x) - log x + L [log sigmaW2 + log w + log x + (g-1) log(1+x)]
    const error = wrap({
      re: l1.re - lx.re + depth * (Math.log(sigmaW2) + lw.re + lx.re + (g - 1) * l1.re) - target.re,
      im: l1.im - lx.im + depth * (lw.im + lx.im + (g - 1) * l1.im) - target.im,
    });
    const byX = over({ re: 1 + depth * (g - 1), im: 0 }, onePlus);
    const byX2 = over({ re: depth - 1, im: 0 }, x);
    const derivative = times(times({ re: byX.re + byX2.re, im: byX.im + byX2.im }, slope), w);
    const step = over(error, { re: derivative.re + depth, im: derivative.im });
    const size = Math.hypot(step.re, step.im);
    const damping = size > 0.5 ? 0.5 / size : 1;
    const radius = Math.exp(-damping * step.re);
    const angle = -damping * step.im;
    w = times(w, { re: radius * Math.cos(angle), im: radius * Math.sin(angle) });
    if (size < 1e-12) return { w, x: transform(slopes, w).x };
  }
  return null;
}

/** Brings the imaginary part of a logarithm into (-pi, pi]. */
function wrap({ re, im }: Complex): Complex {
  return { re, im: im - 2 * Math.PI * Math.round(im / (2 * Math.PI)) };
}
