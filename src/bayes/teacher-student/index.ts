export { assignRows } from "./assignment.ts";
export { type CollapsePoint, measureCollapse } from "./collapse.ts";
export { copyAverageLoss, solveCriticalRate, symmetricPlateau } from "./fixed-points.ts";
export {
  latentFields,
  type ManifoldFunction,
  type ManifoldMoments,
  type ManifoldVectors,
  manifoldMoments,
  manifoldOverlaps,
} from "./manifold.ts";
export {
  type ManifoldSimulation,
  simulateManifoldLearning,
  solveManifoldLearning,
} from "./manifold-learning.ts";
export {
  type ManifoldModes,
  type ManifoldStart,
  manifoldStart,
  typicalManifoldStart,
} from "./manifold-modes.ts";
export { matchTeachers, type StudentGroup, type TeacherMatch } from "./matching.ts";
export { fitOffline, type OfflineFit, type OfflineOptions, type OfflineSetting } from "./offline.ts";
export {
  averageFields,
  type FieldAverages,
  generalizationError,
  learningSlopes,
  type OnlineOptions,
  type OnlinePoint,
  type OverlapSlopes,
  solveOnlineLearning,
} from "./online.ts";
export type { Overlaps } from "./overlaps.ts";
export { type OnlineSimulation, simulateOnlineLearning } from "./simulate.ts";
