/** Runs a probing graph once with a random cotangent. */
import { numbersOf, type Session, type Tensor, type Tensors } from "../../engine/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { cotangentName, type ProbeGraph, probeNames } from "./probe-graph.ts";
import type { RawProbes } from "./reduce.ts";

/** Standard normal numbers in a shape. */
export function normalTensor(shape: readonly number[], dtype: Tensor["dtype"], stream: RandomStream): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  const data = dtype === "float64" ? new Float64Array(size) : new Float32Array(size);
  stream.fillNormal(data);
  return { dtype: dtype === "float64" ? "float64" : "float32", shape, data };
}

/** One forward and backward pass; `feeds` holds what is not bound in the session. */
export async function runProbe(
  session: Session,
  probe: ProbeGraph,
  feeds: Tensors,
  cotangents: RandomStream,
  signal: AbortSignal | undefined,
): Promise<RawProbes> {
  const dtype = probe.graph.values.get(cotangentName)?.dtype ?? "float32";
  const cotangent = normalTensor(probe.cotangentShape, dtype, cotangents);
  const options = signal === undefined ? {} : { signal };
  const result = await session.run({ ...feeds, [cotangentName]: cotangent }, options);
  const read = (name: string): Float64Array => numbersOf(result[name] as Tensor);
  return {
    batch: probe.batch,
    q: read(probeNames.q),
    d: read(probeNames.d),
    g: read(probeNames.g),
    w: probe.weightGradients ? read(probeNames.w).map((square) => square / probe.batch) : new Float64Array(0),
  };
}
