export * from "./gradient.ts";
export * from "./jacobian.ts";
