export * from "./builder.ts";
export * from "./prune.ts";
