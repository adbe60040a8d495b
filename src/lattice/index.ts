export * from "./chains/index.ts";
export * from "./exact/index.ts";
export * from "./fields/index.ts";
export * from "./graphs/index.ts";
export * from "./gravity/index.ts";
export * from "./ising/index.ts";
export * from "./tiling/index.ts";
