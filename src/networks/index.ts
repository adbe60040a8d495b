export * from "./activations/index.ts";
export * from "./spec/index.ts";
