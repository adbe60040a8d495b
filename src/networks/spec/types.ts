/**
 * A network as data: the JSON form of a specification. The text form (docs/specs.md) is parsed into it, and it is
 * what results and files keep, so it carries a version.
 */

/** Version of the JSON form; readers accept older ones, writers write this one. */
export const NETWORK_SCHEMA = "isinglass/network/1";

/** What the network is for. It sets defaults and checks; the layers say what is computed. */
export type NetworkKind = "mlp" | "cnn" | "resnet" | "autoencoder" | "generator" | "discriminator";

/** One kind of layer, applied `repeat` times. */
export type LayerSpec =
  /** h = W x + b, x flattened when it is an image. */
  | { readonly type: "dense"; readonly width: number; readonly repeat: number }
  /** A dense layer whose output is an image [channels, height, width]: the first layer of a generator. */
  | { readonly type: "image"; readonly shape: readonly [number, number, number] }
  /** A convolution; the output has size ceil(size / stride). */
  | {
      readonly type: "conv";
      readonly channels: number;
      readonly kernel: number;
      readonly stride: number;
      readonly repeat: number;
    }
  /** A transposed convolution; the output has size times stride. */
  | {
      readonly type: "conv-transpose";
      readonly channels: number;
      readonly kernel: number;
      readonly stride: number;
      readonly repeat: number;
    }
  /** Pooling over windows of `size` x `size` without overlap; "global" averages over all positions. */
  | { readonly type: "pool"; readonly method: "max" | "average" | "global"; readonly size: number }
  /**
   * He-type block: y = f(conv(f(conv x)) + x) on images, y = f(f(W x + b) + x) on vectors; a 1x1 convolution (or a
   * dense map) on the shortcut where the shape changes.
   */
  | {
      readonly type: "residual";
      readonly width: number;
      readonly kernel: number;
      readonly stride: number;
      readonly repeat: number;
    }
  /** Yang and Schoenholz (2017): y = x + V f(W x + b) + a on vectors of unchanged width. */
  | { readonly type: "full-residual"; readonly width: number; readonly repeat: number };

/** How parameters are drawn. */
export type SchemeName =
  | "gaussian"
  | "orthogonal"
  | "delta-orthogonal"
  | "pytorch"
  | "he"
  | "glorot"
  | "lecun";

/** A scheme with its variances; null means "as the scheme fixes it". Weight variances are over fan-in. */
export interface InitializationSpec {
  readonly scheme: SchemeName;
  /** Weight variance times fan-in. */
  readonly sigmaW2: number | null;
  /** Bias variance. */
  readonly sigmaB2: number | null;
  /** Weight variance times fan-in of the last layer of a residual branch (V of full blocks); null: same as sigmaW2. */
  readonly sigmaV2: number | null;
  /** Variance of its bias; null: same as sigmaB2. */
  readonly sigmaA2: number | null;
}

/** A complete network specification. */
export interface NetworkSpec {
  readonly schema: typeof NETWORK_SCHEMA;
  readonly kind: NetworkKind;
  /** Shape of one example: [features] or [channels, height, width]. */
  readonly input: readonly number[];
  readonly layers: readonly LayerSpec[];
  /** Name or expression of x, see `resolveActivation`. */
  readonly activation: string;
  /** Activation of the last layer. */
  readonly output: string;
  /** What stands between a weight layer and its activation; "batch" uses the statistics of the batch. */
  readonly normalization: "none" | "batch" | "layer";
  /** How convolutions continue an image over its edge. */
  readonly padding: "zero" | "circular";
  readonly bias: boolean;
  /** Probability that dropout keeps a unit behind a hidden activation, in (0, 1]; absent: 1, no dropout. */
  readonly keepRate?: number;
  readonly initialization: InitializationSpec;
}
