export { activationNames, resolveActivation } from "./resolve.ts";
export type { Activation, ScalarFunction } from "./types.ts";
