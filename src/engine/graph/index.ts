export * from "./builder.ts";
export * from "./lower-float64.ts";
export * from "./prune.ts";
