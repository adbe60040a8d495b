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
  } else if (variances.weights === "delta-orthogonal" && layer.kind === "conv" && layer.groups === 1) {
    fillDeltaOrthogonal(out, request);
  } else fillOrthogonal(out, request);
}

/**
 * Orthonormal rows or columns of the matrix [out, in k k], scaled so that entries have variance sigmaW2 / fan-in. A
 * square dense weight is sqrt(sigmaW2) times an orthogonal matrix. Groups are orthogonal on their own.
 */
function fillOrthogonal(
  out: FloatArray,
  { layer, shape, variances, stream, orthonormalize }: WeightRequest,
): void {
  const { layout, groups } = layer;
  const area = shape.slice(2).reduce((product, n) => product * n, 1);
  const isTurned = layout === "in-out" || layout === "transposed";
  const [outs, ins] = isTurned
    ? [shape[1] as number, (shape[0] as number) / groups]
    : [(shape[0] as number) / groups, shape[1] as number];
  const cols = ins * area;
  // entries of q have mean square 1 / max(outs, cols)
  const scale = Math.sqrt((variances.sigmaW2 * Math.max(outs, cols)) / layer.fanIn);
  const size = outs * cols;
  for (let group = 0; group < groups; group++) {
    const q = sampleOrthogonal(outs, cols, groups === 1 ? stream : stream.fork(group), orthonormalize);
    for (let i = 0; i < size; i++) {
      // position i of the layout is row `to`, column `from` and tap of [out, in, area]
      const tap = i % area;
      const rest = Math.floor(i / area);
      const at = isTurned ? (rest % outs) * cols + Math.floor(rest / outs) * area + tap : i;
      out[group * size + i] = scale * (q.data[at] as number);
    }
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
