export * from "./errors.ts";
export * from "./estimate.ts";
export * from "./nearest-word.ts";
export * from "./progress.ts";
export * from "./turns.ts";
