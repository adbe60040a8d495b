/**
 * Chooses the decoder of a block (arXiv 2406.12916 and its code: a single layer that mirrors the block's own, so that
 * what it cannot reconstruct is lost in the block and not in a weak decoder).
 */
import { type Node, sizeOf } from "../../../engine/index.ts";
import { exampleShape, type FrozenGraph } from "../frozen.ts";
import type { Span } from "../group.ts";
import type { Interval } from "../range.ts";
import { noChain } from "../refuse.ts";
import { weightNodes, weightOf } from "../roles.ts";
import type { DecoderPlan } from "../types.ts";
import { activationFor, type DecoderActivation } from "./activation.ts";
import {
  channelsLastPlan,
  convolutionPlan,
  plainWindow,
  transposedPlan,
  type Window,
} from "./convolution.ts";
import { linearPlan, tanhShrinkPlan, tokenPlan, twoTokenPlan } from "./linear.ts";
import { pooledTokens, poolingPlan } from "./pooling.ts";
import { rearrangementPlan } from "./rearrangement.ts";
import { twoTransposedPlan } from "./residual.ts";
import { windowOf } from "./window.ts";

/** A dense decoder between unrelated shapes may have this many weights (0.25 GB). */
const MOST_WEIGHTS = 2 ** 26;

/** A decoder of a residual block has at most so many times the weights of the block. */
const WEIGHT_RATIO = 4;

/** What a decoder is chosen from. */
export interface DecoderCall {
  readonly frozen: FrozenGraph;
  readonly span: Span;
  /** Shapes of one example before and after the block. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly range: (name: string) => Interval;
}

/** The plan for one block. */
export function planDecoder(frozen: FrozenGraph, span: Span, range: DecoderCall["range"]): DecoderPlan {
  const from = span.segments[0]?.input as string;
  const to = span.segments.at(-1)?.output as string;
  const call: DecoderCall = {
    frozen,
    span,
    input: exampleShape(frozen, from),
    output: exampleShape(frozen, to),
    range,
  };
  const psi = activationFor(range(from));
  const nodes = span.segments.flatMap((segment) => segment.nodes);
  switch (span.role) {
    case "rearrangement":
      return rearrangementPlan(frozen, nodes, call.input);
    case "weight":
      return weightPlan(call, weightNodes(frozen, span.head)[0] as Node, psi);
    case "pooling": {
      const pool = span.head.nodes.find(({ node }) => /Pool|Reduce/.test(node.op))?.node as Node;
      return poolingPlan(frozen, pool, call.input, call.output, psi);
    }
    case "composite":
      return compositePlan(call, psi);
    default:
      return otherPlan(call, psi);
  }
}

function isImage(shape: readonly number[]): boolean {
  return shape.length >= 3;
}

/** Whether a block has convolutions over the positions of its input. */
function slidesOver({ frozen, span, input }: DecoderCall): boolean {
  return weightNodes(frozen, span.head).some(({ op, inputs: [, weight = ""] }) => {
    return op.startsWith("Conv") && frozen.constants.get(weight)?.shape.length === input.length + 1;
  });
}

function areTokens(input: readonly number[], output: readonly number[]): boolean {
  return input.length >= 2 && `${input.slice(0, -1)}` === `${output.slice(0, -1)}`;
}

function weightPlan(call: DecoderCall, node: Node, psi: DecoderActivation): DecoderPlan {
  const { frozen, input, output } = call;
  if (node.op === "Conv" || node.op === "ConvTranspose") {
    const window = windowOf(frozen, node, input);
    const isSame = window.kernel.length === input.length - 1 && input.length === output.length;
    if (!isSame) return densePlan(call, psi);
    return node.op === "Conv"
      ? transposedPlan(input, output, window, psi)
      : convolutionPlan(input, output, window, psi);
  }
  if (areTokens(input, output)) return tokenPlan(input.at(-1) as number, output.at(-1) as number, psi);
  return input.length === 1 && output.length === 1 ? linearPlan(input, output, psi) : densePlan(call, psi);
}

/** Residual, dense and attention blocks. */
function compositePlan(call: DecoderCall, psi: DecoderActivation): DecoderPlan {
  const { input, output } = call;
  if (input.length === 1 && output.length === 1) {
    return tanhShrinkPlan(input[0] as number, output[0] as number);
  }
  if (slidesOver(call) && input.length === output.length) {
    const inner = innerActivation(call, psi);
    return twoTransposedPlan(input, output, widestWindow(call), inner, psi, WEIGHT_RATIO * weightsIn(call));
  }
  if (areTokens(input, output)) return twoTokenPlan(input.at(-1) as number, output.at(-1) as number, psi);
  return densePlan(call, psi);
}

/** Number of weights in a block. */
function weightsIn({ frozen, span }: DecoderCall): number {
  return weightNodes(frozen, span.head).reduce((sum, { inputs }) => {
    const weight = frozen.constants.get(weightOf(frozen, inputs) ?? "");
    return sum + (weight === undefined ? 0 : sizeOf(weight.shape));
  }, 0);
}

/** Blocks without weights of their own that change the shape, or stand alone. */
function otherPlan(call: DecoderCall, psi: DecoderActivation): DecoderPlan {
  const { input, output } = call;
  if (input.length === 2 && output.length === 1) return pooledTokens(input, output, psi);
  if (isImage(input) && input.length === output.length) {
    const [, ...size] = input;
    const [, ...positions] = output;
    const grows = positions.every((count, i) => count >= (size[i] as number));
    const ratio = size.map((count, i) => {
      const other = positions[i] as number;
      return grows ? Math.floor(other / count) : Math.ceil(count / other);
    });
    const window = plainWindow(ratio, ratio);
    return grows && ratio.some((factor) => factor > 1)
      ? convolutionPlan(input, output, window, psi)
      : transposedPlan(input, output, window, psi);
  }
  if (areTokens(input, output)) return tokenPlan(input.at(-1) as number, output.at(-1) as number, psi);
  return densePlan(call, psi);
}

/** Images with channels last that become smaller; or a dense layer between any shapes, where it is not too large. */
function densePlan({ frozen, span, input, output }: DecoderCall, psi: DecoderActivation): DecoderPlan {
  const isShrunk = input.slice(0, -1).every((size, i) => size >= (output[i] as number));
  if (isImage(input) && input.length === output.length && isShrunk) {
    return channelsLastPlan(input, output, psi);
  }
  if (sizeOf(input) * sizeOf(output) <= MOST_WEIGHTS) return linearPlan(input, output, psi);
  const nodes = span.segments.flatMap((segment) => segment.nodes.map(({ node }) => node.name));
  throw noChain(
    frozen.name,
    `no decoder from [${output}] back to [${input}] is known for the block ${nodes[0]} ... ${nodes.at(-1)}, and a dense one would have ${sizeOf(input) * sizeOf(output)} weights`,
    nodes,
    "Measure a smaller model, or export the part of it that is a chain of ordinary layers.",
  );
}

/** The largest kernel inside a block, with the stride of the block as a whole. */
function widestWindow({ frozen, span, input, output }: DecoderCall): Window {
  const [, ...size] = input;
  const [, ...positions] = output;
  const kernels = weightNodes(frozen, span.head)
    .filter(({ op }) => op === "Conv")
    .map((node) => windowOf(frozen, node, input).kernel);
  return {
    kernel: size.map((_, i) => Math.max(1, ...kernels.map((kernel) => kernel[i] ?? 1))),
    strides: size.map((count, i) => Math.max(1, Math.round(count / (positions[i] as number)))),
    dilations: size.map(() => 1),
    before: size.map(() => 0),
    groups: 1,
  };
}

/** The activation between the two layers of a decoder: that of the block. */
function innerActivation({ span }: DecoderCall, psi: DecoderActivation): DecoderActivation {
  if (psi.name !== "linear") return psi;
  const ops = span.head.nodes.map(({ node }) => node.op);
  return activationFor(ops.includes("Tanh") || ops.includes("Erf") ? [-1, 1] : [0, Number.POSITIVE_INFINITY]);
}
