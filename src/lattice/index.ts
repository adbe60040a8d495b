export * from "./tiling/index.ts";
