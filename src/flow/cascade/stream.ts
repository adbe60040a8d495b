/**
 * The stream of minibatches that all decoders see, in one order: every epoch is a fresh permutation named by its
 * number, and the examples left over at its end wait for the next one.
 */
import { ConvergenceError, ShapeError, SpecError } from "../../base/index.ts";
import { sizeOf } from "../../engine/index.ts";
import type { RandomStream } from "../../numerics/index.ts";

/** Examples to pass through a chain; a Dataset is one. */
export interface FlowData {
  readonly name: string;
  /** Row-major [count, ...shape]. */
  readonly inputs: Float32Array;
  readonly count: number;
  readonly shape: readonly number[];
}

/** Minibatches by number. */
export interface MinibatchStream {
  /** Minibatches in all. */
  readonly batches: number;
  readonly batch: number;
  /** Minibatches first .. first + count - 1 as [count, batch, ...shape]. */
  gather(first: number, count: number): Float32Array;
}

function requirePositive(value: number, what: string): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new SpecError(`decoder training: ${what} ${value}, expected a positive integer`);
}

/** How long a stream is. */
export interface StreamLength {
  readonly batch: number;
  readonly batches: number | undefined;
  readonly epochs: number;
}

/**
 * Checks data against the input of a chain and prepares its minibatches.
 *
 * @throws SpecError for wrong sizes or too few examples; ShapeError when the data do not fit the chain
 */
export function minibatchStream(
  data: FlowData,
  inputShape: readonly number[],
  length: StreamLength,
  stream: RandomStream,
): MinibatchStream {
  const { batch, epochs } = length;
  requirePositive(batch, "batch");
  requirePositive(epochs, "epochs");
  const width = sizeOf(data.shape);
  if (width !== sizeOf(inputShape)) {
    throw new ShapeError(
      `decoder training: ${data.name} has examples of shape [${data.shape}], the chain takes [${inputShape}]`,
      { hint: "Choose a chain of the data's size, or reshape the data." },
    );
  }
  const perEpoch = Math.floor(data.count / batch);
  if (batch < 2 || perEpoch === 0) {
    throw new SpecError(
      `decoder training: batch ${batch} with ${data.count} examples of ${data.name}, expected 2 <= batch <= ${data.count}`,
      { hint: "Choose another batch, or give more examples." },
    );
  }
  const batches = length.batches ?? perEpoch * epochs;
  requirePositive(batches, "batches");
  const order = stream.fork("order");
  let epoch = -1;
  let rows: Uint32Array = new Uint32Array(0);
  return {
    batches,
    batch,
    gather: (first, count) => {
      const out = new Float32Array(count * batch * width);
      for (let k = 0; k < count; k++) {
        const wanted = Math.floor((first + k) / perEpoch);
        if (wanted !== epoch) {
          epoch = wanted;
          rows = order.fork(epoch).permutation(data.count);
        }
        const start = ((first + k) % perEpoch) * batch;
        for (let i = 0; i < batch; i++) {
          const row = rows[start + i] as number;
          out.set(data.inputs.subarray(row * width, (row + 1) * width), (k * batch + i) * width);
        }
      }
      requireFinite(data.name, out);
      return out;
    },
  };
}

function requireFinite(name: string, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i] as number)) continue;
    throw new ConvergenceError(`decoder training: ${name} holds ${values[i]}, expected finite numbers`, {
      hint: "Remove or replace the examples that are not finite.",
    });
  }
}
