/**
 * Decoders of pooling: the transposed convolution with the window of the pool, which learns where in the window the
 * signal was. A mean over all positions is a window over all of them, or, where that would take too many parameters,
 * the value repeated at all positions and mixed between channels.
 */
import { ints, type Node, one, sizeOf } from "../../../engine/index.ts";
import type { FrozenGraph } from "../frozen.ts";
import type { DecoderPlan } from "../types.ts";
import type { DecoderActivation } from "./activation.ts";
import { plainWindow, transposedConvolution, transposedPlan } from "./convolution.ts";
import { linearPlan, repeatedTokenPlan, toExamples } from "./linear.ts";
import { windowOf } from "./window.ts";

/** Weights of one decoder up to which every position is learnt for itself. */
const MOST_WEIGHTS = 2 ** 24;

/** The decoder of a pooling node between shapes of one example. */
export function poolingPlan(
  frozen: FrozenGraph,
  node: Node,
  input: readonly number[],
  output: readonly number[],
  psi: DecoderActivation,
): DecoderPlan {
  const [channels = 1, ...size] = input;
  const isTokens = input.length === 2;
  if (isTokens && output.length === 1) return pooledTokens(input, output, psi);
  const isWindow = node.op === "MaxPool" || node.op === "AveragePool" || node.op === "LpPool";
  if (isWindow) {
    const own = windowOf(frozen, node, input);
    const isLarge = channels ** 2 * sizeOf(own.kernel) > MOST_WEIGHTS;
    return transposedPlan(input, output, { ...own, groups: isLarge ? channels : 1 }, psi);
  }
  const isGlobal = size.length > 0 && sizeOf(output) === channels;
  if (!isGlobal) return linearPlan(input, output, psi);
  const one1 = size.map(() => 1);
  const window = plainWindow(size, one1);
  const isLarge = channels ** 2 * sizeOf(size) > MOST_WEIGHTS;
  return isLarge ? repeatedPlan(input, psi) : transposedPlan(input, [channels, ...one1], window, psi);
}

/** A mean over tokens [T, D] -> [D], or the choice of one token. */
export function pooledTokens(
  input: readonly number[],
  output: readonly number[],
  psi: DecoderActivation,
): DecoderPlan {
  const [tokens = 1, width = 1] = input;
  const isLarge = sizeOf(input) * sizeOf(output) > MOST_WEIGHTS;
  return isLarge ? repeatedTokenPlan(tokens, width, sizeOf(output), psi) : linearPlan(input, output, psi);
}

/** The channels repeated at all positions, then a convolution 1x1. */
function repeatedPlan(input: readonly number[], psi: DecoderActivation): DecoderPlan {
  const [channels = 1, ...size] = input;
  const ones = size.map(() => 1);
  const window = plainWindow(ones, ones);
  const layer = transposedConvolution(input, input, window);
  return {
    kind: "upsampling",
    parameters: layer.parameters,
    description: `repeated at ${size.join("x")} positions, ${layer.description}, then ${psi.reason}`,
    build: (b, y, parameters) => {
      const point = toExamples(b, y, [channels, ...ones]);
      const image = one(b, "Expand", [point, ints(b, [1, channels, ...size])]);
      return psi.build(b, layer.append(b, image, parameters));
    },
  };
}
