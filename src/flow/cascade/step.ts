/**
 * The graphs that train one decoder: one passes a run of minibatches through the frozen block, x_l = f_l(x_{l-1}), one
 * makes the gradients of the mean of (g_l(x_l) - x_{l-1})^2 on one minibatch. No gradient enters the block. Source:
 * arXiv 2406.12916.
 */
import { ShapeError } from "../../base/index.ts";
import {
  GraphBuilder,
  gradient,
  mul,
  reduceMean,
  scanBytes,
  sizeOf,
  sub,
  toOnnx,
  type Value,
} from "../../engine/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import { buildDensePass, buildDenseStep, isDense } from "./dense-step.ts";
import { type BlockStep, type Layouts, NAMES } from "./step-names.ts";

const FLOAT = "float32" as const;
const ROWS: Layouts = { from: "rows", to: "rows" };

/** Builds the graphs of a block for minibatches of `batch` examples; dense layers have faster ones. */
export function buildBlockStep(block: FlowBlock, batch: number, layouts: Layouts = ROWS): BlockStep {
  return isDense(block) ? buildDenseStep({ block, batch, ...layouts }) : buildGenericStep(block, batch);
}

/** The graphs of any block: minibatches as rows, the decoder whole. */
export function buildGenericStep(block: FlowBlock, batch: number): BlockStep {
  const { decoder, inputShape, outputShape } = block;
  return {
    pass: buildBlockPass(block, batch),
    learning: {
      bytes: buildLearning(block, batch),
      portions: [
        {
          share: 1,
          targetStart: 0,
          targetShape: [batch, ...inputShape],
          pieces: decoder.parameters.map(({ shape }) => ({ first: 0, shape })),
        },
      ],
      targets: NAMES.x,
      targetSize: batch * sizeOf(inputShape),
      examples: NAMES.y,
      exampleShape: [batch, ...outputShape],
    },
  };
}

/** Builds the graph that passes minibatches through a block. */
export function buildBlockPass(block: FlowBlock, batch: number, layouts: Layouts = ROWS): Uint8Array {
  if (isDense(block)) return buildDensePass({ block, batch, ...layouts });
  const outer = new GraphBuilder("flow");
  const entries = Object.entries(block.parameters);
  const frozen = entries.map(([, { shape }], i) => outer.input(NAMES.frozen(i), FLOAT, shape));
  const b = new GraphBuilder("steps", { outer });
  const x = b.input(NAMES.example, FLOAT, [batch, ...block.inputShape]);
  b.output(block.forward(b, x, Object.fromEntries(entries.map(([name], i) => [name, frozen[i] as Value]))));
  return scanBytes(b.build(), { state: [], scanned: [NAMES.x], records: [NAMES.y], captured: frozen });
}

/** Loss and gradients by differentiating the decoder. */
function buildLearning({ decoder, inputShape, outputShape }: FlowBlock, batch: number): Uint8Array {
  const b = new GraphBuilder("decoder");
  const weights = decoder.parameters.map(({ shape }, i) => b.input(NAMES.parameter(i), FLOAT, shape));
  const target = b.input(NAMES.target, FLOAT, [batch, ...inputShape]);
  const example = b.input(NAMES.example, FLOAT, [batch, ...outputShape]);
  const difference = sub(b, decoder.build(b, example, weights), target);
  b.output(reduceMean(b, mul(b, difference, difference)), NAMES.loss);
  if (weights.length > 0) {
    // the prediction is differentiated through the difference, which has the same derivative
    const gradients = gradient(b, difference, weights, mul(b, difference, 2 / sizeOf(target.shape)));
    for (const [i, value] of gradients.entries()) b.output(value, NAMES.gradient(i));
  }
  return toOnnx(b.build());
}

/** Builds the graph that applies a decoder to a number of batches of `batch` examples each. */
export function buildDecoder(
  { name, decoder, inputShape, outputShape }: FlowBlock,
  batch: number,
): Uint8Array {
  const outer = new GraphBuilder("flow");
  const weights = decoder.parameters.map(({ shape }, i) => outer.input(NAMES.frozen(i), FLOAT, shape));
  const b = new GraphBuilder("decoder", { outer });
  const y = b.input("activation", FLOAT, [batch, ...outputShape]);
  const x = decoder.build(b, y, weights);
  b.output(x);
  if (`${x.shape}` !== `${[batch, ...inputShape]}`) {
    throw new ShapeError(`decoder of block ${name}: gives [${x.shape.slice(1)}], expected [${inputShape}]`);
  }
  return scanBytes(b.build(), { state: [], scanned: [NAMES.y], records: [NAMES.x], captured: weights });
}
