/** Fills one weight tensor according to its distribution. */
import { SpecError } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { NetworkLayer } from "../build/index.ts";
import { type Orthonormalize, sampleOrthogonal } from "./orthogonal.ts";
import type { LayerVariances } from "./schemes.ts";

/** Storage of weights. */
export type FloatArray = Float32Array | Float64Array;

/** A weight to fill. */
export interface WeightRequest {
  readonly layer: NetworkLayer;
  readonly shape: readonly number[];
  readonly variances: LayerVariances;
  readonly stream: RandomStream;
  readonly orthonormalize: Orthonormalize;
}

/** Fills `out`, which has the request's shape. */
export function fillWeight(out: FloatArray, request: WeightRequest): void {
  const { layer, variances, stream } = request;
  const variance = variances.sigmaW2 / layer.fanIn;
  if (variances.weights === "normal") stream.fillNormal(out, Math.sqrt(variance));
  else if (variances.weights === "uniform") {
    const bound = Math.sqrt(3 * variance);
    stream.fillUniform(out, -bound, bound);
  } else if (variances.weights === "delta-orthogonal" && layer.kind === "conv") {
    fillDeltaOrthogonal(out, request);
  } else fillOrthogonal(out, request);
}

/**
 * Orthonormal rows or columns of the matrix [out, in k k], scaled so that entries have variance sigmaW2 / fan-in. A
 * square dense weight is sqrt(sigmaW2) times an orthogonal matrix.
 */
function fillOrthogonal(out: FloatArray, request: WeightRequest): void {
  const { layer, shape, variances, stream, orthonormalize } = request;
  const isTransposed = layer.kind === "conv-transpose";
  const rows = shape[isTransposed ? 1 : 0] as number;
  const cols = out.length / rows;
  const q = sampleOrthogonal(rows, cols, stream, orthonormalize);
  // entries of q have mean square 1 / max(rows, cols)
  const scale = Math.sqrt((variances.sigmaW2 * Math.max(rows, cols)) / layer.fanIn);
  if (!isTransposed) {
    for (let i = 0; i < out.length; i++) out[i] = scale * (q.data[i] as number);
    return;
  }
  // [out, in k k] to [in, out, k k]
  const area = (shape[2] as number) * (shape[3] as number);
  for (let i = 0; i < out.length; i++) {
    const tap = i % area;
    const [from, to] = [Math.floor(i / (area * rows)), Math.floor(i / area) % rows];
    out[i] = scale * (q.data[to * cols + from * area + tap] as number);
  }
}

/**
 * Only the centre tap differs from zero: sqrt(sigmaW2) H with H [c_out, c_in] of orthonormal columns (Xiao et al.
 * 2018, algorithm 1).
 */
function fillDeltaOrthogonal(out: FloatArray, request: WeightRequest): void {
  const { layer, shape, variances, stream, orthonormalize } = request;
  const [channels, incoming, height, width] = shape as [number, number, number, number];
  if (incoming > channels) {
    throw new SpecError(
      `initialisation "delta-orthogonal", layer ${layer.name}: received ${incoming} channels in and ${channels} out, expected at least as many out as in.`,
      { hint: "Widen the layer, or use init=orthogonal.", data: { layer: layer.name, shape } },
    );
  }
  const h = sampleOrthogonal(channels, incoming, stream, orthonormalize);
  const centre = Math.floor((height - 1) / 2) * width + Math.floor((width - 1) / 2);
  const sigmaW = Math.sqrt(variances.sigmaW2);
  out.fill(0);
  for (let i = 0; i < h.data.length; i++) out[i * height * width + centre] = sigmaW * (h.data[i] as number);
}
