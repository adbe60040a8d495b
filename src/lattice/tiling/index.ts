export * from "./boundary.ts";
export * from "./build.ts";
export * from "./geometry.ts";
export * from "./grow.ts";
export * from "./moebius.ts";
export * from "./plan.ts";
export * from "./schlafli.ts";
