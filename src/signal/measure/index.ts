export { type Agreement, compareWithTheory, type Residual } from "./compare.ts";
export { type EffectivePhase, effectivePhases } from "./effective-phase.ts";
export type { ExecutionOptions } from "./execution.ts";
export { measureJacobian } from "./jacobian.ts";
export { measureModelJacobian } from "./jacobian-model.ts";
export type { JacobianOptions } from "./jacobian-options.ts";
export { type MeasureModelOptions, measureModel } from "./model.ts";
export { measureSignal } from "./specification.ts";
export type { JacobianMeasurement, JacobianSpectrum } from "./spectrum.ts";
export type {
  Examples,
  InputStatistics,
  LayerMeasurement,
  MeasureOptions,
  SignalMeasurement,
  ValueStatistics,
} from "./types.ts";
export { estimateVariances, gainsOf, type VarianceEstimate } from "./weights.ts";
