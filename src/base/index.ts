export * from "./errors.ts";
export * from "./estimate.ts";
export * from "./progress.ts";
