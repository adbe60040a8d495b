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
import { batchRows, findBatch } from "./batch-rows.ts";

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
  /** Further values whose q and d are wanted. */
  readonly values?: readonly string[];
}

/**
 * Names of the probes' outputs. q and d are [1 + layers + values, batch] (the input first), g is [layers, batch], w [layers].
 */
export const probeNames = { q: "probe_q", d: "probe_d", g: "probe_g", w: "probe_w" } as const;
/** Name of the extra input, of the shape of the network's output. */
export const cotangentName = "probe_cotangent";

/** The probing graph. */
export interface ProbeGraph {
  readonly graph: Graph;
  readonly batch: number;
  readonly cotangentShape: readonly number[];
  readonly weightGradients: boolean;
}

/** Mean square per row, [1, batch]. */
function meanSquare(b: GraphBuilder, h: Value): Value {
  return reshape(b, reduceMean(b, mul(b, h, h), { axes: [1] }), [1, h.shape[0] as number]);
}

/** Sum of squares per row, [1, batch]. */
function square(b: GraphBuilder, h: Value): Value {
  return reshape(b, reduceSum(b, mul(b, h, h), { axes: [1] }), [1, h.shape[0] as number]);
}

/** Squared distance of every normalised row from the mean of the normalised rows, [1, batch]. */
function spread(b: GraphBuilder, h: Value): Value {
  const length2 = reduceSum(b, mul(b, h, h), { axes: [1], keepdims: true });
  const unit = div(b, h, sqrt(b, add(b, length2, tiny)));
  return square(b, sub(b, unit, reduceMean(b, unit, { axes: [0], keepdims: true })));
}

/** Builds the probing graph of a network. */
export function buildProbeGraph(network: Probed, weightGradients: boolean): ProbeGraph {
  const { graph, input, output, layers, values = [] } = network;
  const b = GraphBuilder.from({ ...graph, outputs: [] });
  const data = b.value(input);
  const batch = data.shape[0] as number;
  const y = b.value(output);
  const h = layers.map((layer) => b.value(layer.preActivation));
  const places = h.map((value) => findBatch(b, value, batch));
  const cotangent = b.input(cotangentName, y.dtype, y.shape);
  const weights = weightGradients ? layers.map((layer) => b.value(layer.weight)) : [];
  const gradients = vectorJacobian(b, [y], [...h, ...weights], [cotangent]);
  const asRows = (value: Value, l: number): Value => batchRows(b, value, batch, places[l] ?? "first");
  const further = values.map((name) => {
    const value = b.value(name);
    return batchRows(b, value, batch, findBatch(b, value, batch));
  });
  const rows = [batchRows(b, data, batch, "first"), ...h.map(asRows), ...further];
  const stack = (values: readonly Value[], name: string): void => {
    b.output(concat(b, values, 0), name);
  };
  stack(
    rows.map((value) => meanSquare(b, value)),
    probeNames.q,
  );
  stack(
    rows.map((value) => spread(b, value)),
    probeNames.d,
  );
  stack(
    gradients.slice(0, h.length).map((g, l) => square(b, asRows(g, l))),
    probeNames.g,
  );
  if (weightGradients) {
    stack(
      gradients.slice(h.length).map((g) => reshape(b, reduceSum(b, mul(b, g, g)), [1])),
      probeNames.w,
    );
  }
  return { graph: b.build(), batch, cotangentShape: y.shape, weightGradients };
}
