export * from "./activations/index.ts";
export * from "./build/index.ts";
export * from "./imported/index.ts";
export * from "./initialization/index.ts";
export * from "./spec/index.ts";
