export * from "./autocorrelation.ts";
export * from "./binning.ts";
export * from "./fft.ts";
export * from "./gauss-hermite.ts";
export * from "./histogram.ts";
export * from "./lbfgs.ts";
export * from "./linear/index.ts";
export * from "./matrix.ts";
export * from "./ode.ts";
export * from "./philox.ts";
export {
  averageOver,
  type GaussianAverageOptions,
  type GaussianRuleOptions,
  gaussianAverage,
  gaussianRule,
  integrateGaussian,
  type QuadratureResult,
} from "./quadrature.ts";
export * from "./quadrature2.ts";
export * from "./random.ts";
export * from "./regression.ts";
export * from "./resampling.ts";
export * from "./roots.ts";
export * from "./special.ts";
export { meanWithError, type WeightedMean, weightedMean } from "./statistics.ts";
export { compensatedSum } from "./summation.ts";
