export * from "./central-charge.ts";
export { lettersToCouplings, sampleCouplings } from "./couplings.ts";
export * from "./free-fermions.ts";
export * from "./inflation.ts";
export * from "./strong-disorder.ts";
