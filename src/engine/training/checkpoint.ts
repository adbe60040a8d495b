/** What a training needs to go on bit for bit: its arrays, its step, the seed of its batches and its optimiser. */
import { SpecError } from "../../base/index.ts";
import type { StreamState } from "../../numerics/index.ts";
import type { Tensor } from "../tensor.ts";
import type { Optimizer } from "./optimizers.ts";
import type { StateArray } from "./step.ts";

/** A training at rest; plain data. `data/` writes it as npz. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  /** State of the stream that orders the examples. */
  readonly stream: StreamState;
  readonly optimizer: Optimizer;
  /** Parameters by name, and optimiser arrays as `parameter:slot`. */
  readonly arrays: ReadonlyMap<string, Tensor>;
}

/**
 * Checks that a checkpoint belongs to this model and optimiser.
 *
 * @throws SpecError naming the first array or constant that differs
 */
export function requireCheckpointFits(
  checkpoint: Checkpoint,
  optimizer: Optimizer,
  state: readonly StateArray[],
): void {
  const [ours, theirs] = [JSON.stringify(optimizer), JSON.stringify(checkpoint.optimizer)];
  if (ours !== theirs) {
    throw new SpecError(`checkpoint: written by optimizer ${theirs}, this training uses ${ours}`, {
      hint: "Resume with the same optimizer.",
    });
  }
  for (const { name, initial } of state) {
    const array = checkpoint.arrays.get(name);
    if (array !== undefined && `${array.shape}` === `${initial.shape}` && array.dtype === initial.dtype)
      continue;
    const received = array === undefined ? "nothing" : `${array.dtype} [${array.shape}]`;
    throw new SpecError(
      `checkpoint: array ${name} is ${received}, expected ${initial.dtype} [${initial.shape}]`,
      {
        hint: "Resume with the same network.",
      },
    );
  }
}
