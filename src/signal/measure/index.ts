export { type Agreement, compareWithTheory, type Residual } from "./compare.ts";
export { type JacobianOptions, measureJacobian, measureModelJacobian } from "./jacobian.ts";
export { type MeasureModelOptions, measureModel } from "./model.ts";
export { measureSignal } from "./specification.ts";
export type { JacobianMeasurement, JacobianSpectrum } from "./spectrum.ts";
export type {
  Examples,
  InputStatistics,
  LayerMeasurement,
  MeasureOptions,
  SignalMeasurement,
} from "./types.ts";
export { estimateVariances, type VarianceEstimate } from "./weights.ts";
