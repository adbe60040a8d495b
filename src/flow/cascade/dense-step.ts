/**
 * The training graphs of a dense layer with a dense decoder, for speed. Examples are columns, so that every product is
 * weight times minibatch and nothing is transposed. Rows of a decoder do not depend on one another, so they go in
 * groups, each through all minibatches of a run: a group with its moments stays in the cache. The readable form is
 * `buildGenericStep`; both give the same numbers to rounding.
 */
import {
  GraphBuilder,
  gemm,
  gradient,
  mul,
  reduceMean,
  reshape,
  sizeOf,
  sub,
  tensorOf,
  toOnnx,
  type Value,
} from "../../engine/index.ts";
import { resolveActivation } from "../../networks/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import { type BlockStep, type Layouts, NAMES, type Portion } from "./step-names.ts";

const FLOAT = "float32" as const;
/** Bytes of a group of rows with its moments: four times the second-level cache of common processors was fastest. */
const GROUP_BYTES = 2 ** 22;

/** Whether a block says that it is a dense layer with a dense decoder between vectors. */
export function isDense(block: FlowBlock): boolean {
  const { dense, decoder, inputShape, outputShape } = block;
  return (
    dense !== undefined && decoder.dense !== undefined && inputShape.length === 1 && outputShape.length === 1
  );
}

/** Groups of rows, of nearly equal size, for a decoder [inputs, outputs]. */
export function rowGroups(
  inputs: number,
  outputs: number,
  batch: number,
  bytes: number = GROUP_BYTES,
): Portion[] {
  // three float32 arrays: the weights and two moments
  const count = Math.min(inputs, Math.max(1, Math.ceil((12 * inputs * outputs) / bytes)));
  const edges = Array.from({ length: count + 1 }, (_, i) => Math.round((i * inputs) / count));
  return edges.slice(1).map((end, i) => {
    const first = edges[i] as number;
    const rows = end - first;
    return {
      share: rows / inputs,
      targetStart: first * batch,
      targetShape: [rows, batch],
      pieces: [
        { first: first * outputs, shape: [rows, outputs] },
        { first, shape: [rows, 1] },
      ],
    };
  });
}

/** What the graphs of a dense layer depend on. */
export interface DenseOptions extends Layouts {
  readonly block: FlowBlock;
  readonly batch: number;
  /** Bytes of a group of rows with its moments. */
  readonly groupBytes?: number;
}

/** The graphs that pass minibatches through the layer and train its decoder. */
export function buildDenseStep(options: DenseOptions): BlockStep {
  const { block, batch, from, to, groupBytes } = options;
  const [inputs] = block.inputShape as [number];
  const [outputs] = block.outputShape as [number];
  return {
    pass: buildDensePass(options),
    learning: {
      bytes: buildLearning(block, batch),
      portions: rowGroups(inputs, outputs, batch, groupBytes),
      targets: from === "rows" ? NAMES.xColumns : NAMES.x,
      targetSize: inputs * batch,
      examples: to === "rows" ? NAMES.yColumns : NAMES.y,
      exampleShape: [outputs, batch],
    },
  };
}

/** x_l = phi(W x_{l-1} + b) for all minibatches of a run; where examples come or go as rows, with them as columns too. */
export function buildDensePass({ block, batch, from, to }: DenseOptions): Uint8Array {
  const b = new GraphBuilder("flow");
  const entries = Object.entries(block.parameters);
  const frozen = Object.fromEntries(
    entries.map(([name, { shape }], i) => [name, b.input(NAMES.frozen(i), FLOAT, shape)]),
  );
  const [inputs] = block.inputShape as [number];
  const given = b.input(NAMES.x, FLOAT, from === "rows" ? [1, batch, inputs] : [1, inputs, batch]);
  const exchange = (value: Value, name: string): Value =>
    (b.op("Transpose", [value], { perm: [0, 2, 1] }, { outputs: [name] }) as [Value])[0];
  const x = from === "rows" ? exchange(given, NAMES.xColumns) : given;
  const body = new GraphBuilder("layer", { outer: b });
  const bias = frozen.bias === undefined ? null : reshape(body, frozen.bias, [sizeOf(frozen.bias.shape), 1]);
  const h = gemm(body, frozen.weight as Value, body.input(NAMES.example, FLOAT, [inputs, batch]), bias);
  const activation = block.dense?.activation ?? null;
  body.output(activation === null ? h : resolveActivation(activation).build(body, h));
  const [y] = b.op(
    "Scan",
    [x],
    { body: body.build(), num_scan_inputs: 1 },
    { outputs: [to === "rows" ? NAMES.yColumns : NAMES.y] },
  ) as [Value];
  if (from === "rows") b.output(x);
  b.output(y);
  if (to === "rows") b.output(exchange(y, NAMES.y));
  const graph = b.build();
  const free = [NAMES.x, ...graph.outputs].map((name) => [name, ["steps", null, null]] as const);
  return toOnnx(graph, { symbolic: Object.fromEntries(free) });
}

/** Loss and gradients of some rows of the decoder on one minibatch; how many rows is free. */
function buildLearning({ decoder, inputShape, outputShape }: FlowBlock, batch: number): Uint8Array {
  const [inputs] = inputShape as [number];
  const [outputs] = outputShape as [number];
  const b = new GraphBuilder("decoder");
  const shapes = [
    [inputs, outputs],
    [inputs, 1],
  ];
  const [weight, bias] = shapes.map((shape, i) => b.input(NAMES.parameter(i), FLOAT, shape)) as [
    Value,
    Value,
  ];
  const target = b.input(NAMES.target, FLOAT, [inputs, batch]);
  const example = b.input(NAMES.example, FLOAT, [outputs, batch]);
  const z = gemm(b, weight, example, bias);
  const predicted = resolveActivation(decoder.dense?.activation as string).build(b, z);
  const difference = sub(b, predicted, target);
  const [delta] = gradient(b, difference, [z], mul(b, difference, 2 / (inputs * batch))) as [Value];
  const ones = b.constant(tensorOf(FLOAT, [batch, 1], new Float32Array(batch).fill(1)));
  b.output(gemm(b, delta, example, null, { transB: true }), NAMES.gradient(0));
  b.output(gemm(b, delta, ones), NAMES.gradient(1));
  b.output(reduceMean(b, mul(b, difference, difference)), NAMES.loss);
  const free = [NAMES.target, ...[0, 1].flatMap((i) => [NAMES.parameter(i), NAMES.gradient(i)])];
  return toOnnx(b.build(), { symbolic: Object.fromEntries(free.map((name) => [name, ["rows", null]])) });
}
