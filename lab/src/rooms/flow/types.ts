/** What the Flow room asks its worker for, and what comes back. */
import type { NumericArray } from "../../../../src/data/index.ts";
import type { FlowLayer, FlowPictures, FlowResult, FlowTheory } from "../../../../src/flow/index.ts";

/** A measurement: everything that decides its numbers. */
export interface FlowRequest {
  /** The specification, or the name of the model. */
  readonly network: string;
  readonly seed: number;
  /** Independent draws of network, decoders and test batch. */
  readonly draws: number;
  /** Minibatches of decoder training. */
  readonly batches: number;
  /** Examples in a minibatch. */
  readonly batch: number;
  /** Learning rate of the decoders. */
  readonly rate: number;
  /** Examples that are reconstructed. */
  readonly testBatch: number;
  /** A dropped model instead of a specification; its file is null while the tab does not have it. */
  readonly model?: { readonly file: File | null; readonly shapes: string };
  /** Dropped data instead of the sample of MNIST. */
  readonly data?: { readonly name: string; readonly file: File | null };
}

/** A depth that has been measured. */
export type ShownDepth = Pick<FlowLayer, "depth" | "name" | "kind" | "gram" | "forward" | "isCounted">;

/** What can be drawn of a measurement, finished or not. */
export interface FlowPartial {
  readonly request: FlowRequest;
  /** Depths that have been measured so far, the input first. */
  readonly layers: readonly ShownDepth[];
  /** Depth of the last block that counts. */
  readonly counted: number;
  /** Number of blocks. */
  readonly blocks: number;
  readonly pictures: Omit<FlowPictures, "extra">;
  readonly theory: Omit<FlowTheory, "references"> | null;
}

/** A finished measurement. */
export interface FlowAnswer {
  readonly request: FlowRequest;
  readonly result: FlowResult;
  /** Of the first draw, as named arrays. */
  readonly pictures: Readonly<Record<string, NumericArray>>;
  /** Threads that trained decoders. */
  readonly threads: number;
}
