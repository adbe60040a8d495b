/** Orthonormalisation by the WebAssembly QR: about ten times faster than the plain one from 200 columns on. */
import { loadKernels } from "../../kernels/index.ts";
import type { InitializationSpec } from "../spec/index.ts";
import { gramSchmidt, type Orthonormalize } from "./orthogonal.ts";

/**
 * The orthonormalisation that suits a scheme: kernels are loaded only when it draws orthogonal matrices.
 *
 * @example
 * ```ts
 * import { loadOrthonormalize } from "isinglass/networks";
 *
 * const orthonormalize = await loadOrthonormalize({ scheme: "orthogonal", sigmaW2: 1, sigmaB2: 0, sigmaV2: null, sigmaA2: null });
 * orthonormalize({ rows: 2, cols: 1, data: Float64Array.of(3, 4) }).data; // => [0.6, 0.8]
 * ```
 */
export async function loadOrthonormalize({ scheme }: InitializationSpec): Promise<Orthonormalize> {
  if (scheme !== "orthogonal" && scheme !== "delta-orthogonal") return gramSchmidt;
  // without fused multiply-add, so that the same seed gives the same weights on every machine
  const kernels = await loadKernels({ deterministic: true });
  return (a) => kernels.qr(a).q;
}
