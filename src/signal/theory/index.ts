export { type BatchNormTheory, predictBatchNorm } from "./batch-norm.ts";
export {
  averagingEigenvalue,
  type ConvolutionGeometry,
  type ConvolutionMode,
  type KernelKind,
  predictConvolutionModes,
} from "./convolution.ts";
export {
  type CriticalPoint,
  type CriticalResult,
  criticalPointAt,
  solveCriticalBias,
  solveCriticalLine,
} from "./critical-line.ts";
export { type CriticalPolyline, traceCriticalLine, type VarianceWindow } from "./critical-polyline.ts";
export {
  type DepthInput,
  type DepthLayer,
  type DepthProfile,
  predictDepthProfile,
  predictLayers,
} from "./depth-profile.ts";
export { type FiniteWidth, type FiniteWidthOptions, predictFiniteWidth } from "./finite-width.ts";
export { fussCatalanDensity } from "./fuss-catalan.ts";
export { solveHalfStable } from "./half-stable.ts";
export { type HeResidualOptions, type HeResidualProfile, predictHeResidual } from "./he-residual.ts";
export {
  type IsometryVerdict,
  type JacobianMoments,
  type JacobianSetup,
  judgeIsometry,
  predictJacobian,
  type WeightEnsemble,
} from "./jacobian.ts";
export {
  type CorrelationStep,
  predictCorrelationStep,
  predictVarianceStep,
  type VarianceStep,
} from "./maps.ts";
export {
  depthScale,
  type MeanField,
  type MeanFieldOptions,
  solveMeanField,
  trainableDepthFactor,
  type VarianceLimit,
} from "./mean-field.ts";
export { averageMoments, type Moments } from "./moments.ts";
export { pairKernel } from "./pair-kernel.ts";
export type { PathLayer, PathNormalization } from "./path-layer.ts";
export type { PathPoint, PathStep, PathStepPoints } from "./path-step.ts";
export { type PhaseCell, PhaseCellSolver } from "./phase-cell-solver.ts";
export {
  type PhaseDiagram,
  type PhaseGrid,
  type PhasePainting,
  type PhasePaintOptions,
  type PhasePassOptions,
  paintPhaseDiagram,
  paintPhasePasses,
  phaseCodes,
} from "./phase-diagram.ts";
export { type PointSketch, PointSketcher, type PointSketchOptions } from "./point-sketch.ts";
export {
  type CriticalKind,
  isReached,
  type ReachableCritical,
  solveReachableCritical,
} from "./reachable-critical.ts";
export {
  predictResidual,
  type ResidualOptions,
  type ResidualProfile,
  type ResidualVariances,
} from "./residual.ts";
export { type PathOptions, predictPath, type SignalPath } from "./signal-path.ts";
export { type JacobianDensity, predictJacobianDensity } from "./spectrum.ts";
export { predictTrainability, type Trainability, type TrainabilityOptions } from "./trainability.ts";
export {
  checkVariances,
  criticalTolerance,
  type PairKernel,
  type Phase,
  phaseCriterion,
  phaseOf,
  type ScalarActivation,
  type Variances,
} from "./types.ts";
export {
  type Stability,
  solveVarianceFlow,
  type VarianceFixedPoint,
  type VarianceFlow,
} from "./variance-fixed-points.ts";
export { scanVariance, type VarianceScan } from "./variance-scan.ts";
