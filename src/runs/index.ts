/** Run folders that continue after a kill, and checks on output files. Node only. */
export * from "./adversarial.ts";
export * from "./checkpoint.ts";
export type { ComparedTraining, ComparisonEntry } from "./comparison.ts";
export * from "./coverage.ts";
export * from "./execute.ts";
export * from "./family/index.ts";
export * from "./files.ts";
export * from "./flow.ts";
export * from "./flow-compare.ts";
export * from "./flow-pictures.ts";
export * from "./flow-training.ts";
export * from "./folder.ts";
export * from "./frechet.ts";
export * from "./grid.ts";
export * from "./manifest.ts";
export * from "./trainability.ts";
export * from "./training.ts";
export * from "./tune/index.ts";
