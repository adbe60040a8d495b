/** Inner products x.y / N0 of panels of inputs: by the product of these kernels, by a provider, or over non-zeros. */
import type { Core } from "./core.ts";
import type { GemmProvider } from "./gemm-provider.ts";
import { FULL } from "./product.ts";
import { openGrid } from "./wide-grid.ts";
import type { PanelProduct, WideJob } from "./wide-job.ts";
import { openSparse } from "./wide-sparse.ts";

/** Up to this share of non-zeros they are faster than the product here, and than one with wide vectors (measured on AMD Zen 4). */
const SPARSE_SHARE = { here: 0.6, provided: 0.4, single: 0.25 } as const;

/**
 * The fastest product for a job; allocates what it needs. The choice follows from the inputs alone.
 *
 * @param isSingle whether float32 will do, where the provider can
 */
export function openProduct(
  core: Core,
  job: WideJob,
  provider: GemmProvider | null,
  isSingle: boolean,
): PanelProduct {
  const other = isSingle && provider?.multiplySingle !== undefined ? "single" : "provided";
  const grid = openGrid(core, job.rows, job.columns);
  if (grid !== null) return grid;
  const sparse = openSparse(core, job.rows, job.columns, SPARSE_SHARE[provider === null ? "here" : other]);
  if (sparse !== null) return sparse;
  return provider === null ? openDense(core, job) : openProvided(core, job, provider, isSingle);
}

function openDense(core: Core, { rows, columns }: WideJob): PanelProduct {
  const k = rows.cols;
  const left = core.push(rows.data);
  const right = columns === null ? left : core.push(columns.data);
  return ({ start, height, from, width, pointer, stride }) => {
    core.floats(pointer, height * stride).fill(0);
    core.product({
      m: height,
      n: width,
      k,
      alpha: 1 / k,
      a: left + start * k * 8,
      ars: k,
      acs: 1,
      b: right + from * k * 8,
      brs: 1,
      bcs: k,
      c: pointer,
      ldc: stride,
      triangle: FULL,
    });
  };
}

function openProvided(
  core: Core,
  { rows, columns }: WideJob,
  provider: GemmProvider,
  isSingle: boolean,
): PanelProduct {
  const k = rows.cols;
  const left = rows.data;
  const right = (columns ?? rows).data;
  const multiplySingle = isSingle ? provider.multiplySingle?.bind(provider) : undefined;
  const single = multiplySingle && [Float32Array.from(left), columns && Float32Array.from(right)];
  return async ({ start, height: m, from, width: n, pointer, stride }) => {
    const shape = { m, n, k, transposeA: false, transposeB: true };
    const [first, end] = [start * k, (start + m) * k];
    const product =
      multiplySingle && single
        ? await multiplySingle({
            ...shape,
            a: (single[0] as Float32Array).subarray(first, end),
            b: (single[1] ?? (single[0] as Float32Array)).subarray(from * k, (from + n) * k),
          })
        : await provider.multiply({
            ...shape,
            a: left.subarray(first, end),
            b: right.subarray(from * k, (from + n) * k),
          });
    for (let i = 0; i < m; i++) {
      core.floats(pointer + i * stride * 8, n).set(product.subarray(i * n, (i + 1) * n));
    }
    core.wasm.scale(m * stride, 1 / k, pointer);
  };
}
