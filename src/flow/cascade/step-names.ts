/** What the training graphs of all blocks have in common: names of their values, and how decoders are laid out in them. */

/** Names of inputs and outputs. */
export const NAMES = {
  frozen: (index: number): string => `frozen.${index}`,
  before: (index: number): string => `before.${index}`,
  after: (index: number): string => `after.${index}`,
  number: (index: number): string => `number.${index}`,
  x: "x",
  y: "y",
  loss: "loss",
};

/** How minibatches lie in memory: [steps, batch, ...shape], or [steps, size, batch] between dense layers. */
export type Layout = "rows" | "columns";

/** Of the minibatches that come in and go out. */
export interface Layouts {
  readonly from: Layout;
  readonly to: Layout;
}

/** A run of consecutive elements of a decoder's parameter, which the graph holds as an array of its own. */
export interface StatePiece {
  /** Which parameter of the decoder. */
  readonly parameter: number;
  /** Its first element there. */
  readonly first: number;
  readonly shape: readonly number[];
}

/** A step graph as ONNX bytes; the number of minibatches of a run is free. */
export interface BlockStep {
  readonly bytes: Uint8Array;
  /** State arrays: all pieces, then mean and square of each. */
  readonly pieces: readonly StatePiece[];
}

/** Shapes of the state arrays in their order. */
export function stateShapes(pieces: readonly StatePiece[]): (readonly number[])[] {
  const shapes = pieces.map(({ shape }) => shape);
  return [...shapes, ...shapes.flatMap((shape) => [shape, shape])];
}
