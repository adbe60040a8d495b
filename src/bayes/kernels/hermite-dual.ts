/**
 * The dual of any activation from its Hermite coefficients: with phi(sqrt(c) z) = sum_n a_n(c) he_n(z) in orthonormal Hermite
 * polynomials and correlation r, E phi(u) phi(v) = sum_n a_n(c11) a_n(c22) r^n (Mehler 1866; Daniely, Frostig and Singer 2016,
 * section 4), and the slope is the same sum of n a_n(c11) a_n(c22) r^(n-1) / sqrt(c11 c22). Coefficients depend on one variance
 * each, so P inputs cost P expansions and a pair costs one short sum. What the sum leaves out is bounded by Parseval's
 * identity; where the bound is not small (kinks and |r| near 1) the pair is integrated adaptively.
 */
import type { Activation } from "../../networks/index.ts";
import { gaussianRule, integrateGaussian2 } from "../../numerics/index.ts";
import { averageOnArcs } from "./arcs.ts";
import type { DualActivation, DualPair } from "./types.ts";

/** Coefficients at one variance; `tails[n]` is what the first n leave of E phi^2, `slopeTails[n]` of c E phi'^2. */
interface Expansion {
  readonly coefficients: Float64Array;
  readonly tails: Float64Array;
  readonly slopeTails: Float64Array;
}

const MAX_TERMS = 512;
/** Range and step of z that resolve 512 Hermite functions. */
const RANGE = 13;
const STEP = 1 / 12;
/** Step of z in averages over one variable. */
const DIAGONAL_STEP = 1 / 12;
/** Largest deviation for which arcs are accurate. */
const ARC_LIMIT = 3;
/** Accepted relative error of a pair. */
const TOLERANCE = 1e-12;

/** The dual of `activation` by Hermite expansion, with adaptive quadrature where that converges slowly. */
export function hermiteDual(activation: Activation): DualActivation {
  const known = new Map<number, Expansion>();
  const expansionAt = (variance: number): Expansion => {
    let expansion = known.get(variance);
    if (expansion === undefined) {
      expansion = expand(activation, variance);
      known.set(variance, expansion);
    }
    return expansion;
  };
  return {
    name: activation.name,
    method: `Hermite series with a bounded remainder, adaptive quadrature beyond it (relative accuracy ${TOLERANCE})`,
    pair: (c11, c12, c22) => {
      const length = Math.sqrt(c11 * c22);
      if (length === 0) return atZero(activation, c11, c22);
      const r = Math.max(-1, Math.min(1, c12 / length));
      return (
        sumSeries(expansionAt(c11), expansionAt(c22), r, length) ?? integratePair(activation, c11, c22, r)
      );
    },
    diagonal: (c) => diagonalOf(activation, c),
  };
}

/** One-dimensional averages of phi^2 and phi'^2. */
function diagonalOf({ f, derivative, kinks }: Activation, variance: number): DualPair {
  const root = Math.sqrt(variance);
  if (root === 0) return { value: f(0) ** 2, slope: derivative(0) ** 2 };
  const { nodes, weights } = gaussianRule({
    kinks: kinks.map((x) => x / root),
    spacing: DIAGONAL_STEP / Math.max(1, root),
  });
  let [value, slope] = [0, 0];
  for (let i = 0; i < nodes.length; i++) {
    const x = root * (nodes[i] as number);
    value += (weights[i] as number) * f(x) ** 2;
    slope += (weights[i] as number) * derivative(x) ** 2;
  }
  return { value, slope };
}

function expand({ f, derivative, kinks }: Activation, variance: number): Expansion {
  const root = Math.sqrt(variance);
  const { nodes, weights } = gaussianRule({
    kinks: kinks.map((x) => x / root),
    spacing: STEP / Math.max(1, root),
    range: RANGE,
  });
  const values = nodes.map((z) => f(root * z));
  let square = 0;
  let slopeSquare = 0;
  for (let i = 0; i < nodes.length; i++) {
    const weight = weights[i] as number;
    square += weight * (values[i] as number) ** 2;
    slopeSquare += weight * derivative(root * (nodes[i] as number)) ** 2 * variance;
  }
  const coefficients = new Float64Array(MAX_TERMS);
  const tails = new Float64Array(MAX_TERMS + 1).fill(square);
  const slopeTails = new Float64Array(MAX_TERMS + 1).fill(slopeSquare);
  // he_n carries exp(-z^2/4) while it is stepped, and the integrand its inverse, so that neither overflows.
  const damp = nodes.map((z) => Math.exp((-z * z) / 4));
  const product = nodes.map((_, i) => ((weights[i] as number) * (values[i] as number)) / (damp[i] as number));
  let before = new Float64Array(nodes.length);
  let current: Float64Array<ArrayBuffer> = Float64Array.from(damp);
  for (let n = 0; n < MAX_TERMS; n++) {
    let a = 0;
    for (let i = 0; i < nodes.length; i++) a += (product[i] as number) * (current[i] as number);
    coefficients[n] = a;
    tails[n + 1] = Math.max(0, (tails[n] as number) - a * a);
    slopeTails[n + 1] = Math.max(0, (slopeTails[n] as number) - n * a * a);
    const next = new Float64Array(nodes.length);
    const up = 1 / Math.sqrt(n + 1);
    const down = Math.sqrt(n / (n + 1));
    for (let i = 0; i < nodes.length; i++) {
      next[i] = up * (nodes[i] as number) * (current[i] as number) - down * (before[i] as number);
    }
    before = Float64Array.from(current);
    current = next;
  }
  return { coefficients, tails, slopeTails };
}

/** Adds terms until the rest is negligible; null when all terms are not enough. */
function sumSeries(first: Expansion, second: Expansion, r: number, length: number): DualPair | null {
  const scale = Math.sqrt((first.tails[0] as number) * (second.tails[0] as number));
  const slopeScale = Math.sqrt((first.slopeTails[0] as number) * (second.slopeTails[0] as number));
  let value = 0;
  let slope = 0;
  let power = 1;
  let lower = 0;
  for (let n = 0; n < MAX_TERMS; n++) {
    const size = Math.abs(power);
    const rest = size * Math.sqrt((first.tails[n] as number) * (second.tails[n] as number));
    const slopeRest =
      n === 0
        ? slopeScale
        : Math.abs(lower) * Math.sqrt((first.slopeTails[n] as number) * (second.slopeTails[n] as number));
    if (rest <= TOLERANCE * scale && slopeRest <= TOLERANCE * slopeScale) {
      return { value, slope: slope / length };
    }
    const product = (first.coefficients[n] as number) * (second.coefficients[n] as number);
    value += product * power;
    slope += n * product * lower;
    lower = power;
    power *= r;
  }
  return null;
}

function integratePair(activation: Activation, c11: number, c22: number, r: number): DualPair {
  const { f, derivative, kinks } = activation;
  const first = Math.sqrt(c11);
  const second = Math.sqrt(c22);
  if (kinks.length > 0 && kinks.every((x) => x === 0) && Math.max(first, second) < ARC_LIMIT) {
    return averageOnArcs(activation, first, second, Math.acos(r));
  }
  const breaks = [...new Set(kinks.flatMap((x) => [x / first, x / second]))];
  const average = (g: (x: number) => number): number =>
    integrateGaussian2((z1, z2) => g(first * z1) * g(second * z2), r, { kinks: breaks }).value;
  return { value: average(f), slope: average(derivative) };
}

/** A zero variance fixes that argument at 0. */
function atZero({ f, derivative, kinks }: Activation, c11: number, c22: number): DualPair {
  const variance = Math.max(c11, c22);
  const mean = (g: (x: number) => number): number => {
    if (variance === 0) return g(0);
    const root = Math.sqrt(variance);
    const { nodes, weights } = gaussianRule({ kinks: kinks.map((x) => x / root), spacing: 1 / 32 });
    return nodes.reduce((sum, z, i) => sum + (weights[i] as number) * g(root * z), 0);
  };
  return { value: f(0) * mean(f), slope: derivative(0) * mean(derivative) };
}
