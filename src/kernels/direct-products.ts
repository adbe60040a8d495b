/** Products handed to a provider straight from the arguments, without a stop in wasm memory. */
import type { Matrix } from "../numerics/index.ts";
import { rejectNonFinite, requireInner } from "./checks.ts";
import type { GemmProvider } from "./gemm-provider.ts";

/** A product with named transposes. */
export interface NamedProduct {
  readonly where: string;
  readonly a: Matrix;
  readonly transposeA: boolean;
  readonly b: Matrix;
  readonly transposeB: boolean;
}

/** The product by the provider when it is large enough for it, else by `small`. */
export async function directProduct(
  provider: GemmProvider,
  { where, a, transposeA, b, transposeB }: NamedProduct,
  small: () => Promise<Matrix>,
): Promise<Matrix> {
  const [m, k] = transposeA ? [a.cols, a.rows] : [a.rows, a.cols];
  const [inner, n] = transposeB ? [b.cols, b.rows] : [b.rows, b.cols];
  requireInner(where, a, b, k, inner);
  if (m * n * k < provider.worthwhile.direct) return small();
  rejectNonFinite(where, a);
  if (b !== a) rejectNonFinite(where, b);
  const data = await provider.multiply({
    m,
    n,
    k,
    a: unshared(a.data),
    transposeA,
    b: unshared(b.data),
    transposeB,
  });
  return { rows: m, cols: n, data };
}

/** Native libraries take plain memory only. */
function unshared(data: Float64Array): Float64Array {
  return data.buffer instanceof ArrayBuffer ? data : Float64Array.from(data);
}
