/** The messages between a session and the worker thread that runs it. Tensors travel as plain data. */
import type { Device } from "#platform";
import type { DType, Tensor } from "../tensor.ts";

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
    }
  | {
      readonly kind: "bind";
      readonly store: number;
      readonly values: Tensors;
      /** Shapes of float32 arrays of zeros. */
      readonly zeros: Readonly<Record<string, readonly number[]>>;
    }
  | { readonly kind: "read"; readonly store: number; readonly names: readonly string[] }
  | { readonly kind: "release"; readonly session: number };

/** What each kind of request is answered with. */
export interface Answers {
  readonly create: { readonly inputs: readonly DeclaredValue[]; readonly outputs: readonly DeclaredValue[] };
  readonly run: Tensors;
  readonly bind: null;
  readonly read: Tensors;
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
