/**
 * Smooth activations with exact derivatives, written so that no tail loses digits: sigmoid-like factors are products
 * of positive terms, 1 - tanh^2 is 1/cosh^2, and the Gaussian distribution function uses erfc.
 * GELU: Hendrycks and Gimpel 2016; SiLU: Elfwing, Uchibe and Doya 2017.
 */
import erfExact from "@stdlib/math-base-special-erf";
import erfc from "@stdlib/math-base-special-erfc";
import {
  add,
  erf,
  mul,
  sigmoid as sigmoidOp,
  sin,
  softplus as softplusOp,
  tanh as tanhOp,
} from "../../engine/ops/index.ts";
import type { ScalarFunction } from "./types.ts";

const noKinks: readonly number[] = [];
const twoOverSqrtPi = 2 / Math.sqrt(Math.PI);
const inverseSqrt2Pi = 1 / Math.sqrt(2 * Math.PI);

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const logistic1 = (x: number): number => logistic(x) * logistic(-x);
const logistic2 = (x: number): number => -logistic1(x) * Math.tanh(x / 2);
const gaussianDensity = (x: number): number => inverseSqrt2Pi * Math.exp((-x * x) / 2);
const gaussianDistribution = (x: number): number => 0.5 * erfc(-x / Math.SQRT2);
const sech2 = (x: number): number => 1 / Math.cosh(x) ** 2;

/** tanh x. */
export const tanh: ScalarFunction = {
  name: "tanh",
  f: Math.tanh,
  derivative: sech2,
  secondDerivative: (x) => -2 * Math.tanh(x) * sech2(x),
  kinks: noKinks,
  build: tanhOp,
};

/** The error function, (2/sqrt(pi)) times the integral of exp(-t^2) from 0 to x. */
export const errorFunction: ScalarFunction = {
  name: "erf",
  f: erfExact,
  derivative: (x) => twoOverSqrtPi * Math.exp(-x * x),
  secondDerivative: (x) => -2 * x * twoOverSqrtPi * Math.exp(-x * x),
  kinks: noKinks,
  build: erf,
};

/** The logistic function 1/(1 + exp(-x)). */
export const sigmoid: ScalarFunction = {
  name: "sigmoid",
  f: logistic,
  derivative: logistic1,
  secondDerivative: logistic2,
  kinks: noKinks,
  build: sigmoidOp,
};

/** GELU, x times the standard normal distribution function. */
export const gelu: ScalarFunction = {
  name: "gelu",
  f: (x) => x * gaussianDistribution(x),
  derivative: (x) => gaussianDistribution(x) + x * gaussianDensity(x),
  secondDerivative: (x) => (2 - x * x) * gaussianDensity(x),
  kinks: noKinks,
  build: (b, x) => mul(b, mul(b, x, add(b, erf(b, mul(b, x, Math.SQRT1_2)), 1)), 0.5),
};

/** Coefficients of the tanh form of GELU: sqrt(2/pi) and 0.044715 (Hendrycks and Gimpel 2016, section 2). */
const geluScale = Math.sqrt(2 / Math.PI);
const geluCubic = 0.044715;
/** Twice the argument of the tanh: (1 + tanh u)/2 = sigmoid(2u). */
const geluArgument = (x: number): number => 2 * geluScale * x * (1 + geluCubic * x * x);

/** The tanh approximation of GELU. */
export const geluTanh: ScalarFunction = {
  name: "gelu-tanh",
  f: (x) => x * logistic(geluArgument(x)),
  derivative: (x) => {
    const v = geluArgument(x);
    return logistic(v) + x * logistic1(v) * 2 * geluScale * (1 + 3 * geluCubic * x * x);
  },
  secondDerivative: (x) => {
    const v = geluArgument(x);
    const slope = 2 * geluScale * (1 + 3 * geluCubic * x * x);
    const bend = 12 * geluScale * geluCubic * x;
    return 2 * logistic1(v) * slope + x * (logistic2(v) * slope * slope + logistic1(v) * bend);
  },
  kinks: noKinks,
  build: (b, x) => {
    const cubic = add(b, mul(b, mul(b, x, x), geluCubic), 1);
    return mul(b, x, sigmoidOp(b, mul(b, mul(b, x, cubic), 2 * geluScale)));
  },
};

/** SiLU (swish), x sigmoid(x). */
export const silu: ScalarFunction = {
  name: "silu",
  f: (x) => x * logistic(x),
  derivative: (x) => logistic(x) + x * logistic1(x),
  secondDerivative: (x) => 2 * logistic1(x) + x * logistic2(x),
  kinks: noKinks,
  build: (b, x) => mul(b, x, sigmoidOp(b, x)),
};

/** Softplus, log(1 + exp(x)). */
export const softplus: ScalarFunction = {
  name: "softplus",
  f: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  derivative: logistic,
  secondDerivative: logistic1,
  kinks: noKinks,
  build: softplusOp,
};

/** sin x. */
export const sine: ScalarFunction = {
  name: "sin",
  f: Math.sin,
  derivative: Math.cos,
  secondDerivative: (x) => -Math.sin(x),
  kinks: noKinks,
  build: sin,
};
