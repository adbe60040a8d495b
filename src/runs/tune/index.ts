export { layeredSource } from "./candidate.ts";
export { tuneFlow } from "./tune.ts";
export * from "./types.ts";
