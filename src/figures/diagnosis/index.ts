/** A diagnosis as figures, numbers and a table: what the report and the lab show of it. */
export * from "./cards.ts";
export * from "./density.ts";
export * from "./explanations.ts";
export * from "./figures.ts";
export * from "./layer-rows.ts";
export * from "./method.ts";
