/** What the training graphs of all blocks have in common: names of their values, and how decoders are laid out for them. */

/** Names of inputs and outputs. */
export const NAMES = {
  frozen: (index: number): string => `frozen.${index}`,
  parameter: (index: number): string => `parameter.${index}`,
  gradient: (index: number): string => `gradient.${index}`,
  x: "x",
  y: "y",
  /** The same with examples as columns, where x and y have them as rows. */
  xColumns: "x.columns",
  yColumns: "y.columns",
  target: "target",
  example: "example",
  loss: "loss",
};

/** How minibatches lie in memory: [steps, batch, ...shape], or [steps, size, batch] between dense layers. */
export type Layout = "rows" | "columns";

/** Of the minibatches that come in and go out. */
export interface Layouts {
  readonly from: Layout;
  readonly to: Layout;
}

/** A run of consecutive elements of a decoder's parameter. */
export interface Piece {
  /** Its first element in the parameter. */
  readonly first: number;
  /** As the graph sees it. */
  readonly shape: readonly number[];
}

/** What is trained by itself: rows of a dense decoder, or a decoder whole. */
export interface Portion {
  /** Of the decoder's outputs. */
  readonly share: number;
  /** Where its part of a minibatch's target starts, and what shape it has. */
  readonly targetStart: number;
  readonly targetShape: readonly number[];
  /** One for each parameter. */
  readonly pieces: readonly Piece[];
}

/** How a decoder is trained on one minibatch: a graph that makes the gradients of one portion and its loss. */
export interface Learning {
  readonly bytes: Uint8Array;
  readonly portions: readonly Portion[];
  /** Names of the passing graph's values that hold the targets and the examples of a run of minibatches. */
  readonly targets: string;
  /** Elements of the target of a minibatch. */
  readonly targetSize: number;
  readonly examples: string;
  readonly exampleShape: readonly number[];
}

/** The graphs of a block as ONNX bytes. */
export interface BlockStep {
  /** Passes a run of minibatches through the block; their number is free. */
  readonly pass: Uint8Array;
  readonly learning: Learning;
}
