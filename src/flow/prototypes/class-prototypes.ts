/**
 * Class prototypes ("perfect inputs"): the output that says one class and nothing else, passed back through all
 * decoders, is what the network takes for the pure form of that class (arXiv 2406.12916 and its code).
 */
import { SpecError, type WorkOptions } from "../../base/index.ts";
import type { TrainedCascade } from "../cascade/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import { openDecoders } from "./passage.ts";

/** Options of `reconstructPrototypes`. */
export interface PrototypeOptions extends Pick<WorkOptions, "signal"> {
  /** Classes to show. Default: all outputs of the network. */
  readonly classes?: readonly number[];
  /** Output of the other classes: -1 or 0. Default -1. */
  readonly others?: -1 | 0;
  /** Output of the class itself. Default 1; a network with larger outputs may need more. */
  readonly strength?: number;
}

/** One input for each class. */
export interface ClassPrototypes {
  readonly classes: readonly number[];
  /** Shape of one input. */
  readonly shape: readonly number[];
  /** Row-major [classes, ...shape]. */
  readonly inputs: Float32Array;
}

/**
 * Passes the output vector of every class, +1 for the class and -1 (or 0) elsewhere, back through all decoders:
 * $$ P_k = g_1(g_2(\dots g_L(2 e_k - 1))) . $$
 *
 * @param cascade - trained on a trained network, whose outputs mean classes
 * @throws SpecError for a class that the network does not have, or outputs that are no vector
 * Cost: one application of every decoder to a batch of as many examples as classes.
 * @source arXiv 2406.12916, section on interpretability
 * @example
 * ```ts
 * import { sampleMixture } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 * import { drawDenseChain, reconstructPrototypes, trainDecoders } from "isinglass/flow";
 *
 * const stream = createStream(1);
 * const chain = drawDenseChain({ widths: [16, 12, 3], sigmaW2: 1.5, stream: stream.fork("chain") });
 * const data = sampleMixture(640, [16], stream.fork("data"));
 * const cascade = await trainDecoders(chain, data, { stream, batches: 10 });
 * const { classes, shape, inputs } = await reconstructPrototypes(cascade);
 * [classes.length, shape[0], inputs.length]; // => [3, 16, 48]
 * ```
 */
export async function reconstructPrototypes(
  cascade: TrainedCascade,
  { classes, others = -1, strength = 1, signal }: PrototypeOptions = {},
): Promise<ClassPrototypes> {
  const { chain } = cascade;
  const count = classesOf(cascade);
  const shown = classes ?? Array.from({ length: count }, (_, k) => k);
  const bad = shown.find((k) => !(Number.isInteger(k) && k >= 0 && k < count));
  if (bad !== undefined || shown.length === 0) {
    throw new SpecError(
      `prototypes of ${chain.name}: class ${bad ?? "list is empty"}, expected whole numbers from 0 to ${count - 1}`,
    );
  }
  const outputs = new Float32Array(shown.length * count).fill(others);
  shown.forEach((k, row) => {
    outputs[row * count + k] = strength;
  });
  const passage = await openDecoders(cascade, chain.blocks.length, shown.length);
  try {
    return { classes: shown, shape: chain.inputShape, inputs: await passage.run(outputs, signal) };
  } finally {
    await passage.release();
  }
}

/** Number of outputs. */
function classesOf({ chain }: TrainedCascade): number {
  const { outputShape } = chain.blocks.at(-1) as FlowBlock;
  const [count] = outputShape;
  if (outputShape.length === 1 && count !== undefined) return count;
  throw new SpecError(
    `prototypes of ${chain.name}: outputs of shape [${outputShape}], expected a vector with one number for each class`,
    { hint: "Prototypes are for classifiers." },
  );
}
