export * from "./build.ts";
export * from "./geometry.ts";
export * from "./integrity.ts";
export * from "./moebius.ts";
export * from "./plan.ts";
export type { Centre, LayerKind } from "./ring.ts";
export * from "./schlafli.ts";
export * from "./sector.ts";
