/** Compiles the WebAssembly kernels into src/kernels/generated and src/numerics/generated when their sources have changed. */
export function buildKernels(): Promise<void>;
