/** Decoders of residual and branched blocks on images: two transposed convolutions with an activation between. */
import { sizeOf, type Value } from "../../../engine/index.ts";
import type { DecoderPlan } from "../types.ts";
import type { DecoderActivation } from "./activation.ts";
import { type Convolution, transposedConvolution, type Window } from "./convolution.ts";

/**
 * A decoder of two transposed convolutions, for residual and dense blocks: the first undoes the last layer. Windows are
 * those of the block while the decoder has at most `mostWeights` weights; otherwise single positions (blocks with a
 * bottleneck have few weights for their width), first in the first layer, then in both.
 */
export function twoTransposedPlan(
  input: readonly number[],
  output: readonly number[],
  window: Window,
  inner: DecoderActivation,
  psi: DecoderActivation,
  mostWeights: number,
): DecoderPlan {
  const single = window.kernel.map(() => 1);
  const choices = [
    [window.kernel, window.kernel],
    [single, window.kernel],
    [single, single],
  ].map(([kernel1 = single, kernel2 = single]) => [
    transposedConvolution(output, output, centred({ ...window, kernel: kernel1, strides: single }), "1"),
    transposedConvolution(input, output, centred({ ...window, kernel: kernel2 }), "2"),
  ]);
  const fitting = choices.find((layers) => countWeights(layers) <= mostWeights) ?? choices.at(-1);
  const [first, second] = fitting as [Convolution, Convolution];
  return {
    kind: "transposed-convolution",
    parameters: [...first.parameters, ...second.parameters],
    description: `${first.description}, ${inner.name}, ${second.description}, then ${psi.reason}`,
    build: (b, y, parameters) => {
      const hidden = inner.build(b, first.append(b, y, parameters.slice(0, 2))) as Value;
      return psi.build(b, second.append(b, hidden, parameters.slice(2)));
    },
  };
}

function centred(window: Window): Window {
  return { ...window, before: window.kernel.map((size) => Math.floor((size - 1) / 2)) };
}

function countWeights(layers: readonly Convolution[]): number {
  return layers.flatMap(({ parameters }) => parameters).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
