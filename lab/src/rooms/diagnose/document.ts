/** The network as one document with two views: its text, and the specification that the text means or why it means none. */
import { computed, type ReadonlySignal } from "@preact/signals";
import { IsinglassError } from "../../../../src/base/index.ts";
import {
  formatNetwork,
  type NetworkSpec,
  parseNetwork,
  type SpecOptions,
} from "../../../../src/networks/spec/index.ts";
import { state } from "./state.ts";

/** A mistake in the text. */
export interface TextProblem {
  readonly message: string;
  readonly hint: string;
  /** Where it begins, counted from 1, and how many characters it has; null where the mistake is no single place. */
  readonly place: { readonly column: number; readonly length: number } | null;
}

/** What a text means. */
export type ReadText = { readonly spec: NetworkSpec } | { readonly problem: TextProblem };

/** Reads a specification, with options that go before what it says; a mistake is a result. */
export function readText(text: string, options: SpecOptions = {}): ReadText {
  try {
    return { spec: parseNetwork(text, options) };
  } catch (error) {
    if (!(error instanceof IsinglassError)) throw error;
    const { column, received } = error.data;
    const place =
      typeof column === "number"
        ? {
            column: column + leadingSpace(text),
            length: Math.max(1, typeof received === "string" ? received.length : 1),
          }
        : null;
    const message = error.message.replace(
      /^network "[\s\S]*?", column \d+: /,
      `column ${place?.column ?? ""}: `,
    );
    return { problem: { message, hint: error.hint ?? "", place } };
  }
}

/** The library counts columns in the trimmed text. */
function leadingSpace(text: string): number {
  return text.length - text.trimStart().length;
}

/** What the current text means. */
export const reading: ReadonlySignal<ReadText> = computed(() => readText(state.text.value));

/** Replaces the document by a specification. */
export function writeSpec(spec: NetworkSpec): void {
  state.text.commit(formatNetwork(spec));
}
