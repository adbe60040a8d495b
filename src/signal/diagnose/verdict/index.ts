export type { Evidence } from "./evidence.ts";
export { judge } from "./judge.ts";
