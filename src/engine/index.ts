export * from "./ir.ts";
export * from "./tensor.ts";
