export * from "./closed-transition.ts";
export type { SweepOrder } from "./local-updates.ts";
export * from "./multi-spin.ts";
export type { IsingEstimates } from "./observables.ts";
export type { IsingProfiles, PartEstimates, ProfilePoint } from "./profiles.ts";
export * from "./run.ts";
export {
  type ReplicaResult,
  type SimulationOptions,
  type SimulationResult,
  scanTemperatures,
  simulateIsing,
  simulateReplicas,
} from "./simulate.ts";
export type { Start } from "./state.ts";
export { ALGORITHMS, type Algorithm, requireAlgorithm, type UpdateAlgorithm } from "./updater.ts";
