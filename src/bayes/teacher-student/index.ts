export { copyAverageLoss, solveCriticalRate, symmetricPlateau } from "./fixed-points.ts";
export {
  generalizationError,
  learningSlopes,
  type OnlineOptions,
  type OnlinePoint,
  type OverlapSlopes,
  solveOnlineLearning,
} from "./online.ts";
export type { Overlaps } from "./overlaps.ts";
export { type OnlineSimulation, simulateOnlineLearning } from "./simulate.ts";
