/**
 * Forward pass and gradient of a dense layer and its dense decoder, written out with examples as columns: products are
 * then weight times minibatch, whose large factor is read where it lies, which is a seventh faster than the products
 * that differentiation gives. The readable form is `emitGeneric`; both give the same numbers to rounding.
 */
import {
  type GraphBuilder,
  gemm,
  gradient,
  mul,
  reshape,
  sizeOf,
  sub,
  tensorOf,
  transpose,
  type Value,
} from "../../engine/index.ts";
import { resolveActivation } from "../../networks/index.ts";
import type { FlowBlock } from "../chain/index.ts";

/** What a body computes before the update. */
export interface EmittedStep {
  /** x_l. */
  readonly y: Value;
  /** g_l(x_l) - x_{l-1}, in any layout. */
  readonly difference: Value;
  /** Of the loss, one for each parameter. */
  readonly gradients: readonly Value[];
}

/** Whether a block says that it is a dense layer with a dense decoder between vectors. */
export function isDense(block: FlowBlock): boolean {
  const { dense, decoder, inputShape, outputShape } = block;
  return (
    dense !== undefined && decoder.dense !== undefined && inputShape.length === 1 && outputShape.length === 1
  );
}

/** The same as `emitGeneric` for a dense block: X_l = phi(W X + b), Delta = psi'(Z) (psi(Z) - X) 2 / size, Z = V X_l + c. */
export function emitDense(
  b: GraphBuilder,
  { dense, decoder }: FlowBlock,
  x: Value,
  { weight, bias }: Readonly<Record<string, Value>>,
  [decoderWeight, decoderBias]: readonly Value[],
): EmittedStep {
  const [batch] = x.shape as [number];
  const columns = transpose(b, x, [1, 0]);
  const asColumn = (value: Value | undefined): Value | null =>
    value === undefined ? null : reshape(b, value, [sizeOf(value.shape), 1]);
  const apply = (name: string | null, h: Value): Value =>
    name === null ? h : resolveActivation(name).build(b, h);
  const hidden = apply(dense?.activation ?? null, gemm(b, weight as Value, columns, asColumn(bias)));
  const y = transpose(b, hidden, [1, 0]);
  const z = gemm(b, decoderWeight as Value, hidden, asColumn(decoderBias));
  const difference = sub(b, apply(decoder.dense?.activation ?? null, z), columns);
  const [delta] = gradient(b, difference, [z], mul(b, difference, 2 / sizeOf(x.shape))) as [Value];
  const ones = b.constant(tensorOf("float32", [batch, 1], new Float32Array(batch).fill(1)));
  const biasGradient = reshape(b, gemm(b, delta, ones), [delta.shape[0] as number]);
  return { y, difference, gradients: [gemm(b, delta, y), biasGradient] };
}
