export * from "./arc.ts";
export * from "./cholesky.ts";
export * from "./conjugate-gradients.ts";
export * from "./correlators.ts";
export * from "./disc.ts";
export * from "./operator.ts";
export * from "./reconstruction.ts";
export * from "./threshold.ts";
