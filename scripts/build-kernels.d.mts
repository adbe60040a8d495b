/** Compiles the WebAssembly kernels into src/kernels/generated when their sources have changed. */
export function buildKernels(): Promise<void>;
