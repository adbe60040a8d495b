export type { DescribedExamples } from "./assemble.ts";
export { type Coverage, coverageOf } from "./coverage.ts";
export { criticalSpec, requireCritical, writeCriticalSpec } from "./fix.ts";
export {
  meanSquaresOf,
  type ProfileLayer,
  type ProfilePoint,
  type ProfileStart,
  predictProfile,
} from "./profile.ts";
export { diagnoseSpec } from "./specification.ts";
export * from "./types.ts";
export { type Evidence, judge } from "./verdict.ts";
