import { buildKernels } from "../../scripts/build-kernels.mjs";

/** Compiles the WebAssembly kernels once before the tests, when their sources changed. */
export async function setup(): Promise<void> {
  await buildKernels();
}
