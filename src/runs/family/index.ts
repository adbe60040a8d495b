export * from "./curves.ts";
export { type FamilyInitialization, withInitialization } from "./initialization.ts";
export { chanceOf, finalEstimate, type Score, scoreOf, varianceOf } from "./score.ts";
export * from "./train.ts";
