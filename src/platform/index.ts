/** Types of the platform interface. The implementation is imported as `#platform`. */
export * from "./memory-source.ts";
export * from "./types.ts";
