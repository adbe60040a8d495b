/**
 * A network as a chain x_l = f_l(x_{l-1}) of frozen blocks, each with the plan of a one-layer decoder g_l that maps x_l
 * back to x_{l-1}. Everything that measures reconstruction works on this form.
 */
import type { DType, GraphBuilder, Tensor, Value } from "../../engine/index.ts";

export type BlockKind =
  | "dense"
  | "convolution"
  | "transposed-convolution"
  | "pooling"
  | "flatten"
  | "residual"
  /** Parallel layers (Inception), or layers that see the outputs of all before them (DenseNet), joined by Concat. */
  | "branched"
  | "normalization"
  | "activation"
  | "transformer";

/** One trainable array of a decoder; drawn uniformly from +-1 / sqrt(fanIn) when training starts. */
export interface DecoderParameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fanIn: number;
}

/** How a block is inverted. A plan without parameters (flatten) needs no training. */
export interface DecoderPlan {
  readonly kind:
    | "linear"
    | "transposed-convolution"
    | "convolution"
    | "upsampling"
    | "reshape"
    | "tanh-shrink"
    | "identity";
  /** Layers and activation in words, with the reason for the activation. */
  readonly description: string;
  readonly parameters: readonly DecoderParameter[];
  /** Says that g(y) = psi(V y + c) with parameters weight V [inputs, outputs] and bias c: it is then trained faster. */
  readonly dense?: { readonly activation: string };
  /** Appends g_l: a value shaped like the block's output, with the batch in front, to one shaped like its input. */
  build(builder: GraphBuilder, y: Value, parameters: readonly Value[]): Value;
}

/** One block f_l. Shapes are those of one example, without the batch. */
export interface FlowBlock {
  readonly name: string;
  readonly kind: BlockKind;
  /** Names of the weight layers in it. */
  readonly layers: readonly string[];
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** The frozen parameters by name. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Says that f(x) = phi(W x + b) with parameters weight W [outputs, inputs] and, perhaps, bias b. */
  readonly dense?: { readonly activation: string | null };
  /** Appends f_l; `parameters` holds a value for each name of the record above. */
  forward(builder: GraphBuilder, x: Value, parameters: Readonly<Record<string, Value>>): Value;
  readonly decoder: DecoderPlan;
}

/** What stands before a chain whose input is not real numbers: the embedding of tokens. */
export interface ChainEntry {
  /** Shape of one example as the model takes it. */
  readonly inputShape: readonly number[];
  readonly dtype: DType;
  /** Appends the map from the model's input to the input of the chain; its parameters are constants. */
  forward(builder: GraphBuilder, x: Value): Value;
}

export interface FlowChain {
  readonly name: string;
  readonly inputShape: readonly number[];
  readonly blocks: readonly FlowBlock[];
  /** null where the chain begins at the model's input. */
  readonly entry: ChainEntry | null;
}
