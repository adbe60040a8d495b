export type { LoweringCall, LoweringRule } from "./rule.ts";
export { float64Rule } from "./rules.ts";
