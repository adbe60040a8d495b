/** The messages between a session and the worker thread that runs it. Tensors travel as plain data. */
import type { Device } from "#platform";
import type { DType, Tensor } from "../tensor.ts";
import type { AdamDecays } from "./arena.ts";

/** Tensors by value name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * What ONNX Runtime may change in a graph: nothing; folding and fusing; or also the layout of images, which pays where
 * convolution weights are constant.
 */
export type Optimization = "none" | "fuse" | "all";

/** How ONNX Runtime prepares and runs a model. */
export interface ExecutionOptions {
  /** Threads inside one operator. */
  readonly threads: number;
  readonly optimize: Optimization;
  readonly device: Device;
}

/** An input or output as the loaded model declares it; a text is a size that is only known at run time. */
export interface DeclaredValue {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly (number | string)[];
}

/** Shapes of float32 arrays of zeros, by name. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** Where the minibatches of an input lie in a resident tensor: that of step k starts at start + k stride. */
export interface Slice {
  /** Name of the resident tensor. */
  readonly of: string;
  readonly start: number;
  readonly stride: number;
  readonly shape: readonly number[];
}

/** A parameter that `Session.descend` changes; all names but `input` and `output` are of placed tensors. */
export interface DescentParameter {
  /** The input of the graph that it is fed to. */
  readonly input: string;
  readonly value: string;
  readonly mean: string;
  readonly square: string;
  /** The output of the graph that is its gradient. */
  readonly output: string;
  /** Room for the gradient: at least as many elements. */
  readonly gradient: string;
}

/** Steps of Adam whose gradients a graph makes. */
export interface Descent {
  readonly steps: number;
  /** Inputs that change from step to step. */
  readonly slices: Readonly<Record<string, Slice>>;
  readonly parameters: readonly DescentParameter[];
  /** Of every step, with the corrections of both moments in them. */
  readonly rates: Float32Array;
  readonly epsilons: Float32Array;
  readonly decays: AdamDecays;
  /** Outputs that are scalars and are collected. */
  readonly records: readonly string[];
}

/** What a request asks for. `store` names the resident tensors that the session sees. */
export type Request =
  | {
      readonly kind: "create";
      readonly session: number;
      readonly store: number;
      readonly model: Uint8Array;
      readonly options: ExecutionOptions;
    }
  | {
      readonly kind: "run";
      readonly session: number;
      readonly feeds: Tensors;
      readonly outputs: readonly string[];
      readonly keep: Readonly<Record<string, string>>;
      /** Inputs that read a resident tensor of another name. */
      readonly from: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "bind";
      readonly store: number;
      readonly values: Tensors;
      readonly zeros: Shapes;
      /** In the memory where `descend` changes them, in place of all that was placed before. */
      readonly isPlaced: boolean;
    }
  | { readonly kind: "descend"; readonly session: number; readonly descent: Descent }
  | {
      readonly kind: "read";
      readonly store: number;
      readonly names: readonly string[];
      /** Move instead of copy. */
      readonly isTaken: boolean;
    }
  | { readonly kind: "forget"; readonly store: number; readonly names: readonly string[] }
  | { readonly kind: "release"; readonly session: number };

/** What each kind of request is answered with. */
export interface Answers {
  readonly create: { readonly inputs: readonly DeclaredValue[]; readonly outputs: readonly DeclaredValue[] };
  readonly run: Tensors;
  readonly bind: null;
  readonly descend: Tensors;
  readonly read: Tensors;
  readonly forget: null;
  readonly release: null;
}

/** To the worker: a request, or "the answer to that one is no longer wanted". */
export type ToWorker =
  | { readonly id: number; readonly request: Request }
  | { readonly id: number; readonly request: null };

/** From the worker, once for every request: an answer, why there is none, or that nobody waits for it any more. */
export type FromWorker =
  | { readonly id: number; readonly abandoned: true }
  | { readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly id: number; readonly failure: string };
