export type { SweepOrder } from "./local-updates.ts";
export type { IsingEstimates } from "./observables.ts";
export type { IsingProfiles, ProfilePoint } from "./profiles.ts";
export * from "./simulate.ts";
export type { Start } from "./state.ts";
export { ALGORITHMS, type Algorithm, requireAlgorithm, type UpdateAlgorithm } from "./updater.ts";
