/** Decoders made of dense layers: on vectors, on every token, and from a few numbers to a large shape. */
import {
  add,
  type GraphBuilder,
  gelu,
  gemm,
  ints,
  matmul,
  one,
  reshape,
  sizeOf,
  sub,
  swapLast,
  tanh,
  type Value,
} from "../../../engine/index.ts";
import type { DecoderParameter, DecoderPlan } from "../types.ts";
import type { DecoderActivation } from "./activation.ts";

/** [batch, ...shape], with the batch left open. */
export function toExamples(b: GraphBuilder, x: Value, shape: readonly number[]): Value {
  const isThere = `${x.shape.slice(1)}` === `${shape}`;
  return isThere ? x : one(b, "Reshape", [x, ints(b, [0, ...shape])]);
}

/** Weight [outputs, inputs] and bias of a dense layer. */
export function denseParameters(outputs: number, inputs: number, number = ""): DecoderParameter[] {
  return [
    { name: `weight${number}`, shape: [outputs, inputs], fanIn: inputs },
    { name: `bias${number}`, shape: [outputs], fanIn: inputs },
  ];
}

/** V y + c for y [batch, n]. */
function affine(b: GraphBuilder, y: Value, weight: Value | undefined, bias: Value | undefined): Value {
  return gemm(b, y, weight as Value, bias as Value, { transB: true });
}

/** V y + c along the last axis. */
function affinePerToken(
  b: GraphBuilder,
  y: Value,
  weight: Value | undefined,
  bias: Value | undefined,
): Value {
  return add(b, matmul(b, y, swapLast(b, weight as Value)), bias as Value);
}

/** x - tanh x */
function tanhShrink(b: GraphBuilder, x: Value): Value {
  return sub(b, x, tanh(b, x));
}

/** g(y) = psi(V y + c) between any two shapes. */
export function linearPlan(
  input: readonly number[],
  output: readonly number[],
  psi: DecoderActivation,
): DecoderPlan {
  const [n, m] = [sizeOf(input), sizeOf(output)];
  return {
    kind: "linear",
    parameters: denseParameters(n, m),
    ...(input.length === 1 && output.length === 1 ? { dense: { activation: psi.name } } : {}),
    description: `linear ${m} -> ${n}, then ${psi.reason}`,
    build: (b, y, [weight, bias]) =>
      toExamples(b, psi.build(b, affine(b, toExamples(b, y, [m]), weight, bias)) as Value, input),
  };
}

/** g(y) = psi(V y + c) for every token. */
export function tokenPlan(inputs: number, outputs: number, psi: DecoderActivation): DecoderPlan {
  return {
    kind: "linear",
    parameters: denseParameters(inputs, outputs),
    description: `linear ${outputs} -> ${inputs} for every token, then ${psi.reason}`,
    build: (b, y, [weight, bias]) => psi.build(b, affinePerToken(b, y, weight, bias)),
  };
}

/**
 * g(y) = psi(V2 gelu(V1 y + c1) + c2) for every token of an attention or feed-forward block. Tokens are not mixed: what
 * a block keeps of its input stays at its place in the residual stream.
 */
export function twoTokenPlan(inputs: number, outputs: number, psi: DecoderActivation): DecoderPlan {
  return {
    kind: "linear",
    parameters: [...denseParameters(outputs, outputs, "1"), ...denseParameters(inputs, outputs, "2")],
    description: `linear ${outputs} -> ${outputs}, gelu, linear ${outputs} -> ${inputs} for every token, then ${psi.reason}`,
    build: (b, y, [weight1, bias1, weight2, bias2]) => {
      const hidden = gelu(b, affinePerToken(b, y, weight1, bias1));
      return psi.build(b, affinePerToken(b, hidden, weight2, bias2));
    },
  };
}

/** The published decoder of fully connected residual blocks: linear, x - tanh x, linear, x - tanh x. */
export function tanhShrinkPlan(inputs: number, outputs: number): DecoderPlan {
  return {
    kind: "tanh-shrink",
    parameters: [...denseParameters(inputs, outputs, "1"), ...denseParameters(inputs, inputs, "2")],
    description: `linear ${outputs} -> ${inputs}, x - tanh x, linear ${inputs} -> ${inputs}, x - tanh x`,
    build: (b, y, [weight1, bias1, weight2, bias2]) => {
      const hidden = tanhShrink(b, affine(b, y, weight1, bias1));
      return tanhShrink(b, affine(b, hidden, weight2, bias2));
    },
  };
}

/** Repeats y [batch, n] for every token, then psi(V y + c). */
export function repeatedTokenPlan(
  tokens: number,
  inputs: number,
  outputs: number,
  psi: DecoderActivation,
): DecoderPlan {
  const inner = tokenPlan(inputs, outputs, psi);
  return {
    kind: "upsampling",
    parameters: inner.parameters,
    description: `repeated for ${tokens} tokens, ${inner.description}`,
    build: (b, y, parameters) => {
      const one1 = reshape(b, y, [y.shape[0] as number, 1, outputs]);
      const repeated = one(b, "Expand", [one1, ints(b, [1, tokens, 1])]);
      return inner.build(b, repeated, parameters);
    },
  };
}
