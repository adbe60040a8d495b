/**
 * Chains of dense layers x_l = phi(W_l x_{l-1} + b_l) with decoders g_l(y) = psi(V_l y + c_l), drawn at given weight and
 * bias variances (arXiv 2406.12916): W ~ N(0, sigmaW2 / fan-in), b ~ N(0, sigmaB2).
 */
import { SpecError } from "../../base/index.ts";
import { gemm, type Tensor } from "../../engine/index.ts";
import { type Activation, resolveActivation } from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { DecoderPlan, FlowBlock, FlowChain } from "./types.ts";

/** What {@link denseBlock} is made of. */
export interface DenseBlockOptions {
  readonly name: string;
  /** W, [outputs, inputs]. */
  readonly weight: Tensor;
  /** b, [outputs]. */
  readonly bias: Tensor | null;
  /** phi: a name or an expression of x; null for none. */
  readonly activation: string | null;
  /** psi of the decoder. Default "tanh"; "linear" suits targets outside of (-1, 1), such as standardised inputs. */
  readonly decoderActivation?: string;
}

/**
 * The decoder of a dense layer: g(y) = psi(V y + c) with V [inputs, outputs].
 *
 * @example
 * ```ts
 * linearDecoder(784, 10).parameters.map(({ shape }) => shape); // => [[784, 10], [784]]
 * ```
 */
export function linearDecoder(inputs: number, outputs: number, activation = "tanh"): DecoderPlan {
  const psi = resolveActivation(activation);
  return {
    kind: "linear",
    parameters: [
      { name: "weight", shape: [inputs, outputs], fanIn: outputs },
      { name: "bias", shape: [inputs], fanIn: outputs },
    ],
    dense: { activation },
    description: `linear ${outputs} -> ${inputs}, then ${activation}`,
    build: (b, y, [weight, bias]) =>
      psi.build(b, gemm(b, y, weight as never, bias as never, { transB: true })),
  };
}

/**
 * One dense layer as a block: x -> phi(W x + b), with a linear decoder.
 *
 * @throws SpecError when weight and bias do not fit, or for an unknown activation
 * @example
 * ```ts
 * import { tensorOf } from "isinglass/engine";
 *
 * const weight = tensorOf("float32", [2, 3], [1, 0, 0, 0, 1, 0]);
 * denseBlock({ name: "dense1", weight, bias: null, activation: "tanh" }).inputShape; // => [3]
 * ```
 */
export function denseBlock(options: DenseBlockOptions): FlowBlock {
  const { name, weight, bias, activation, decoderActivation = "tanh" } = options;
  const [outputs, inputs] = weight.shape;
  if (weight.shape.length !== 2 || outputs === undefined || inputs === undefined) {
    throw new SpecError(
      `dense block ${name}: weight has shape [${weight.shape}], expected [outputs, inputs]`,
    );
  }
  if (bias !== null && `${bias.shape}` !== `${outputs}`) {
    throw new SpecError(`dense block ${name}: bias has shape [${bias.shape}], expected [${outputs}]`);
  }
  const phi: Activation | null = activation === null ? null : resolveActivation(activation);
  return {
    name,
    kind: "dense",
    layers: [name],
    inputShape: [inputs],
    outputShape: [outputs],
    parameters: bias === null ? { weight } : { weight, bias },
    dense: { activation },
    forward: (b, x, parameters) => {
      const h = gemm(b, x, parameters.weight as never, parameters.bias ?? null, { transB: true });
      return phi === null ? h : phi.build(b, h);
    },
    decoder: linearDecoder(inputs, outputs, decoderActivation),
  };
}

/** Options of {@link drawDenseChain}. */
export interface DenseChainOptions {
  /** Sizes from the input on: [784, 784, 784, 10] has three layers. */
  readonly widths: readonly number[];
  /** Weight variance times fan-in. */
  readonly sigmaW2: number;
  /** Bias variance; 0 leaves biases out. Default 0. */
  readonly sigmaB2?: number;
  /** Default "tanh", after every layer. */
  readonly activation?: string;
  /** Activation of the decoders. Default "tanh". */
  readonly decoderActivation?: string;
  readonly stream: RandomStream;
}

/**
 * Draws a chain of dense layers: W ~ N(0, sigmaW2 / fan-in), b ~ N(0, sigmaB2), the same activation after every layer,
 * the last included. Each layer has a random stream of its own, so that a deeper chain begins with a shallower one.
 *
 * @throws SpecError for a size that is no positive integer or a negative variance
 * Cost: 33 ns a weight.
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 *
 * const chain = drawDenseChain({ widths: [784, 100, 100], sigmaW2: 1.76, sigmaB2: 0.05, stream: createStream(1) });
 * chain.blocks.map(({ outputShape }) => outputShape[0]); // => [100, 100]
 * ```
 */
export function drawDenseChain(options: DenseChainOptions): FlowChain {
  const { widths, sigmaW2, sigmaB2 = 0, activation = "tanh", stream } = options;
  const { decoderActivation = "tanh" } = options;
  const bad = widths.find((width) => !(Number.isSafeInteger(width) && width > 0));
  if (widths.length < 2 || bad !== undefined) {
    throw new SpecError(`dense chain: widths [${widths}], expected at least two positive integers`);
  }
  for (const [what, value] of [
    ["sigmaW2", sigmaW2],
    ["sigmaB2", sigmaB2],
  ] as const) {
    if (value >= 0 && Number.isFinite(value)) continue;
    throw new SpecError(`dense chain: ${what} ${value}, expected a finite number >= 0`);
  }
  const blocks = widths.slice(1).map((outputs, index) => {
    const inputs = widths[index] as number;
    const own = stream.fork(index + 1);
    const weight = new Float32Array(outputs * inputs);
    own.fork("weight").fillNormal(weight, Math.sqrt(sigmaW2 / inputs));
    const bias = new Float32Array(outputs);
    own.fork("bias").fillNormal(bias, Math.sqrt(sigmaB2));
    return denseBlock({
      name: `dense${index + 1}`,
      weight: { dtype: "float32", shape: [outputs, inputs], data: weight },
      bias: sigmaB2 > 0 ? { dtype: "float32", shape: [outputs], data: bias } : null,
      activation,
      decoderActivation,
    });
  });
  return { name: widths.join("-"), inputShape: [widths[0] as number], blocks, entry: null };
}
