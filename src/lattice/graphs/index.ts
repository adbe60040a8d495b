export * from "./cayley.ts";
export * from "./drawing.ts";
export * from "./euclidean.ts";
export * from "./hyperbolic.ts";
export * from "./model.ts";
export * from "./parse.ts";
export * from "./spin-graph.ts";
export * from "./walls.ts";
