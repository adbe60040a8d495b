export { type PathPlan, type PlannedSegment, type PlannedStep, planPath } from "./plan.ts";
export { type LayerFacts, type PredictedSegment, predictSegments, profileOf, theoryStep } from "./predict.ts";
export { blockGrowths, describePath, pathGaps, strangersOf } from "./statement.ts";
