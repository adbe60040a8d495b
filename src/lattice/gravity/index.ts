export * from "./couplings.ts";
export * from "./enumeration.ts";
export {
  estimateFreeEnergy,
  estimateLogCount,
  type GravityFreeEnergy,
} from "./free-energy.ts";
export type { IntegrationOptions } from "./integration.ts";
export * from "./mean-field.ts";
export * from "./patch.ts";
export { createRegion, isDisc, type Region, type RegionStart } from "./region.ts";
export { type GravityRun, type GravityRunOptions, simulateGravity } from "./simulate.ts";
export { DEFAULT_TRANSFER_STEPS, planTransfer, sumTransfer, type TransferPlan } from "./transfer.ts";
