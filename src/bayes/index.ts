/** Bayesian theory of networks: infinite-width kernels, and what finite width changes. */
export * from "./kernels/index.ts";
