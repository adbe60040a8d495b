/**
 * How much memory a diagnosis takes, before anything is read or run: from the number of weights and the sizes of the values in
 * the graph. A browser tab has a few gigabytes, so a page asks first.
 */

/** What the estimate is made from. */
export interface MemoryRequest {
  /** Weights and biases. */
  readonly parameters: number;
  /** Numbers in all values of the graph for one example, weights left out. */
  readonly valuesPerExample: number;
  readonly examples: number;
}

/** Bytes. */
export interface MemoryEstimate {
  /** In ONNX Runtime: weights as it reads, keeps and differentiates them; signals and their gradients. */
  readonly runtime: number;
  /** With the copies that the calling thread keeps of the weights. */
  readonly total: number;
}

const FLOAT = 4;
/** The serialized model, the runtime's tensors, and gradients or packed copies of them. */
const WEIGHT_COPIES_RUNTIME = 3;
/** The imported or drawn tensors, and the message that carries them over. */
const WEIGHT_COPIES_CALLER = 2;
/** Every signal is kept for the way back, where its gradient and one intermediate result stand beside it. */
const VALUE_COPIES = 3;

/**
 * Predicts the memory that `diagnoseSpec` and `diagnoseModel` take beside the program itself. Peaks measured in Node lie 25 to
 * 70 MB above it: 202 MB where 179 are predicted (784-300x50-10, 256 examples), 321 where 296 are (eight convolutions of 32
 * channels, 64 examples), 223 where 156 are (784-1500x4-10, 32 examples).
 *
 * @example
 * ```ts
 * import { predictDiagnosisMemory } from "isinglass/signal";
 *
 * const { runtime } = predictDiagnosisMemory({ parameters: 1e6, valuesPerExample: 1e4, examples: 256 });
 * runtime; // => 42720000
 * ```
 */
export function predictDiagnosisMemory({
  parameters,
  valuesPerExample,
  examples,
}: MemoryRequest): MemoryEstimate {
  const values = FLOAT * VALUE_COPIES * valuesPerExample * examples;
  return {
    runtime: FLOAT * WEIGHT_COPIES_RUNTIME * parameters + values,
    total: FLOAT * (WEIGHT_COPIES_RUNTIME + WEIGHT_COPIES_CALLER) * parameters + values,
  };
}
