/** What a session offers and how it is asked for it. */
import type { Device } from "#platform";
import type { DeclaredValue, Descent, Optimization, Shapes, Tensors } from "./messages.ts";

/** Options of `createSession`. */
export interface SessionOptions {
  /** Threads inside one operator. Default 1: parallel work is better done by a pool of sessions. */
  readonly threads?: number;
  /** What ONNX Runtime may change in the graph. Default "all". */
  readonly optimize?: Optimization;
  /** Default "cpu". */
  readonly device?: Device;
  /** Run on the thread of this session and see the same resident tensors. */
  readonly share?: Session;
  readonly signal?: AbortSignal;
}

/** Options of `Session.run`. */
export interface RunOptions {
  /** Which outputs come back. Default: all that are not kept. */
  readonly outputs?: readonly string[];
  /** Outputs that stay in the worker: output name to the input name that they feed from now on. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Inputs that read what is resident under another name: input name to that name. */
  readonly from?: Readonly<Record<string, string>>;
  /** Move the feeds' buffers instead of copying them; the caller's arrays become empty. Default false. */
  readonly transfer?: boolean;
  /**
   * Rejects with InterruptedError at once. The operators already running end in the background and change nothing;
   * to stop a training that is to be resumed exactly, look at the signal between runs instead.
   */
  readonly signal?: AbortSignal;
}

/** Options of `Session.bind` and `Session.place`. */
export interface PlaceOptions extends Pick<RunOptions, "transfer"> {
  /** Shapes of float32 arrays of zeros, which are made in the worker. */
  readonly zeros?: Shapes;
}

/** Options of `Session.read`. */
export interface ReadOptions {
  /** Move the values out instead of copying them; they are no longer bound. Default false. */
  readonly take?: boolean;
}

/** A prepared graph. */
export interface Session {
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
  /** Runs once. Inputs that are not fed must be bound. */
  run(feeds: Tensors, options?: RunOptions): Promise<Tensors>;
  /** Puts input values into the worker, where they stay until they are bound or kept anew. */
  bind(values: Tensors, options?: PlaceOptions): Promise<void>;
  /**
   * Puts parameters and moments (float32, under names of the caller's) where `descend` changes them, in place of all
   * that were placed before by sessions that share the worker's tensors.
   *
   * @throws ShapeError for another type, or data that do not fill their shape
   */
  place(values: Tensors, options?: PlaceOptions): Promise<void>;
  /**
   * Makes steps of Adam on placed parameters. For every step the graph runs once, with a part of resident tensors as
   * its minibatch, and makes the gradients; m <- beta1 m + g, v <- beta2 v + g^2, p <- p - rate m / (sqrt v + epsilon)
   * is one pass over memory instead of the ten that operators take. Cannot be stopped half-way.
   *
   * @returns the recorded scalars of every step, as [steps]
   * @throws SpecError for inputs and outputs that the graph lacks, numbers for other steps, or arrays that are not placed
   */
  descend(descent: Descent): Promise<Tensors>;
  /** Copies resident values out. */
  read(names: readonly string[], options?: ReadOptions): Promise<Tensors>;
  /** Frees resident values. */
  forget(names: readonly string[]): Promise<void>;
  /** Frees the graph's memory. A session that is only forgotten does not keep the process alive. */
  release(): Promise<void>;
}
