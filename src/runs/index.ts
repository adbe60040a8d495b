/** Run folders that continue after a kill, and checks on output files. Node only. */
export * from "./checkpoint.ts";
export * from "./execute.ts";
export * from "./files.ts";
export * from "./flow.ts";
export * from "./flow-extras.ts";
export * from "./flow-pictures.ts";
export * from "./flow-training.ts";
export * from "./folder.ts";
export * from "./manifest.ts";
export * from "./trainability.ts";
export * from "./training.ts";
