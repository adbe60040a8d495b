export { type KernelOptions, type Kernels, loadKernels } from "./kernels.ts";
