/** What training a cascade of decoders takes and gives. */
import type { WorkOptions } from "../../base/index.ts";
import type { Pool, Tensor } from "../../engine/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { FlowChain } from "../chain/index.ts";

/** One decoder g_l after its training. */
export interface TrainedDecoder {
  /** In the order of the decoder's plan; empty for decoders without parameters. */
  readonly parameters: readonly Tensor<"float32">[];
  /** Mean squared error of every minibatch before its step. */
  readonly loss: Float32Array;
}

/** A chain with a trained decoder for each of its blocks. */
export interface TrainedCascade {
  readonly chain: FlowChain;
  /** decoders[l - 1] maps x_l back to x_{l-1}. */
  readonly decoders: readonly TrainedDecoder[];
  /** Examples in a minibatch. */
  readonly batch: number;
  /** Minibatches that every decoder saw. */
  readonly batches: number;
  /** Learning rate. */
  readonly rate: number;
  /** Seed of the order of examples and of the decoders' first values. */
  readonly seed: number;
}

/** Options of `trainDecoders`. */
export interface DecoderTrainingOptions extends WorkOptions {
  /** Orders the examples and draws the first values of the decoders. */
  readonly stream: RandomStream;
  /** Examples in a minibatch. Default 64. */
  readonly batch?: number;
  /** Minibatches in all. Default: `epochs` passes over the data. */
  readonly batches?: number;
  /** Passes over the data when `batches` is not given; incomplete minibatches are left out. Default 1. */
  readonly epochs?: number;
  /** Learning rate of Adam. Default 1e-3. */
  readonly rate?: number;
  /** Layers trained at the same time, one thread each; the numbers do not depend on it. Default 1. */
  readonly threads?: number;
  /** Threads to train on instead of new ones: at most `threads` of them are used. */
  readonly pool?: Pool;
  /** Bytes that the activations of one layer may take; a longer stream is trained on in parts. Default 1 GiB. */
  readonly memory?: number;
  /** First values of the decoders' parameters instead of drawn ones: one list for each block. */
  readonly initial?: readonly (readonly Tensor<"float32">[])[];
  /** Decoders that an interrupted training of the same chain, data and options finished: the first ones, in order. */
  readonly resume?: readonly TrainedDecoder[];
  /** Called when decoder `index` (from 0, in order) is finished; keep it to resume from there. */
  readonly onDecoder?: (index: number, decoder: TrainedDecoder) => void;
}
