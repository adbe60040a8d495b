export * from "./attributes.ts";
export { type ScanOptions, scan } from "./control.ts";
export { type ConvOptions, conv } from "./convolution.ts";
export * from "./definition.ts";
export { dense, fromTensor, toTensor } from "./dense.ts";
export * from "./emit.ts";
export { operatorOf, operators } from "./registry.ts";
export { broadcastShapes } from "./shapes.ts";
export { refusedOperators, unsupportedReason } from "./unsupported.ts";
