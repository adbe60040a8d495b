/** Bayesian theory of networks: infinite-width kernels, and what finite width changes. */
export * from "./classification/index.ts";
export * from "./deep-linear/index.ts";
export * from "./empirical/index.ts";
export * from "./finite-width/index.ts";
export * from "./gap-law/index.ts";
export * from "./gaussianity/index.ts";
export * from "./iterative/index.ts";
export * from "./kernels/index.ts";
export * from "./learning-curve/index.ts";
export * from "./matrix-scale/index.ts";
export { classificationReferences, finiteWidthReferences, kernelReferences } from "./references.ts";
export * from "./regression/index.ts";
export * from "./sampling/index.ts";
export * from "./teacher-student/index.ts";
