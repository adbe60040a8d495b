export * from "./gauss-hermite.ts";
export * from "./matrix.ts";
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
export * from "./roots.ts";
export * from "./special.ts";
