/**
 * Appends to a network the operators that reduce every layer to a few numbers per input, so that a run returns
 * kilobytes instead of activations: |h|^2 / N, the squared distance of h/|h| from its mean over the batch, and
 * |dL/dh|^2; and |dL/dW|^2 per layer. One graph serves all seeds.
 */
import {
  add,
  concat,
  div,
  type Graph,
  GraphBuilder,
  mul,
  reduceMean,
  reduceSum,
  reshape,
  sqrt,
  sub,
  type Value,
  vectorJacobian,
} from "../../engine/index.ts";
import type { NetworkLayer } from "../../networks/index.ts";

/** Smallest square whose root is divided by: a layer that is exactly 0 gets cosine 0, not NaN. */
const tiny = 1e-30;

/** What a network must tell to be probed. */
export interface Probed {
  readonly graph: Graph;
  /** Name of the data input. */
  readonly input: string;
  /** Name of the output whose gradient is taken. */
  readonly output: string;
  readonly layers: readonly NetworkLayer[];
}

/** Names of the probes' outputs. q, d and g are [layers, batch], w is [layers]. */
export const probeNames = { q: "probe_q", d: "probe_d", g: "probe_g", w: "probe_w" } as const;
/** Name of the extra input, of the shape of the network's output. */
export const cotangentName = "probe_cotangent";

/** The probing graph. */
export interface ProbeGraph {
  readonly graph: Graph;
  readonly batch: number;
  readonly cotangentShape: readonly number[];
}

/** h as [batch, features]. */
function rows(b: GraphBuilder, value: Value, batch: number): Value {
  return reshape(b, value, [batch, value.shape.reduce((product, n) => product * n, 1) / batch]);
}

/** Mean square per row, [1, batch]. */
function meanSquare(b: GraphBuilder, h: Value): Value {
  return reshape(b, reduceMean(b, mul(b, h, h), { axes: [1] }), [1, h.shape[0] as number]);
}

/** Squared distance of every normalised row from the mean of the normalised rows, [1, batch]. */
function spread(b: GraphBuilder, h: Value): Value {
  const square = reduceSum(b, mul(b, h, h), { axes: [1], keepdims: true });
  const unit = div(b, h, sqrt(b, add(b, square, tiny)));
  const off = sub(b, unit, reduceMean(b, unit, { axes: [0], keepdims: true }));
  return reshape(b, reduceSum(b, mul(b, off, off), { axes: [1] }), [1, h.shape[0] as number]);
}

/** Builds the probing graph of a network. */
export function buildProbeGraph(
  { graph, input, output, layers }: Probed,
  weightGradients: boolean,
): ProbeGraph {
  const b = GraphBuilder.from({ ...graph, outputs: [] });
  const batch = b.value(input).shape[0] as number;
  const y = b.value(output);
  const cotangent = b.input(cotangentName, y.dtype, y.shape);
  const h = layers.map((layer) => b.value(layer.preActivation));
  const weights = weightGradients ? layers.map((layer) => b.value(layer.weight)) : [];
  const gradients = vectorJacobian(b, [y], [...h, ...weights], [cotangent]);
  const all = [b.value(input), ...h].map((value) => rows(b, value, batch));
  b.output(
    concat(
      b,
      all.map((value) => meanSquare(b, value)),
      0,
    ),
    probeNames.q,
  );
  b.output(
    concat(
      b,
      all.map((value) => spread(b, value)),
      0,
    ),
    probeNames.d,
  );
  const squares = gradients.slice(0, h.length).map((g) => {
    const flat = rows(b, g, batch);
    return reshape(b, reduceSum(b, mul(b, flat, flat), { axes: [1] }), [1, batch]);
  });
  b.output(concat(b, squares, 0), probeNames.g);
  if (weightGradients) {
    const norms = gradients.slice(h.length).map((g) => reshape(b, reduceSum(b, mul(b, g, g)), [1]));
    b.output(concat(b, norms, 0), probeNames.w);
  }
  return { graph: b.build(), batch, cotangentShape: y.shape };
}
