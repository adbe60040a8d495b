/** The constants a builder knows by value, for folding and for sharing equal literals. */
import type { ValueInfo } from "../ir.ts";
import { type Dense, fromTensor } from "../ops/index.ts";
import { sizeOf, type Tensor } from "../tensor.ts";

/** Literals with more elements than this are neither shared nor folded. */
export const FOLD_LIMIT = 4096;

/** Names of known constants with their values. */
export class KnownValues {
  readonly #values = new Map<string, Dense>();
  readonly #byContent = new Map<string, string>();

  /** Remembers a constant; `shareable` lets later equal literals reuse its name. */
  add(name: string, tensor: Tensor, shareable: boolean): void {
    this.#values.set(name, fromTensor(tensor));
    if (shareable && sizeOf(tensor.shape) <= FOLD_LIMIT && !this.#byContent.has(contentOf(tensor)))
      this.#byContent.set(contentOf(tensor), name);
  }

  /** The constant of this name, null when unknown. */
  dense(name: string): Dense | null {
    return this.#values.get(name) ?? null;
  }

  /** An earlier literal with the same content. */
  find(tensor: Tensor, lookup: (name: string) => ValueInfo | undefined): ValueInfo | null {
    if (sizeOf(tensor.shape) > FOLD_LIMIT) return null;
    const name = this.#byContent.get(contentOf(tensor));
    return (name && lookup(name)) || null;
  }
}

function contentOf(tensor: Tensor): string {
  return `${tensor.dtype}[${tensor.shape}]${tensor.data.join()}`;
}
