export * from "./diagnose/index.ts";
export * from "./measure/index.ts";
export * from "./theory/index.ts";
