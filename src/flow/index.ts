/** Information flow: Gram spectra as density matrices, and the cascade of decoders that reconstructs a network's input. */
export * from "./cascade/index.ts";
export * from "./chain/index.ts";
export * from "./classify/index.ts";
export * from "./decimation/index.ts";
export * from "./prototypes/index.ts";
export * from "./scan/index.ts";
export * from "./spectra/index.ts";
export * from "./tune/index.ts";
