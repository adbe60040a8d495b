/** Words of a text specification with their columns, and the error that points at one of them. */
import { SpecError } from "../../base/index.ts";

/** A piece of the text and the column (from 1) where it begins. */
export interface Word {
  readonly text: string;
  readonly column: number;
}

/** Where the user is told about the grammar. */
const manual =
  "Examples: 784-300x50-10 tanh sw2=1.76 sb2=0.05; cnn:1x28x28-c32-max2-10 relu. All: docs/specs.md.";

/** Splits at white space. */
export function wordsOf(source: string): Word[] {
  return [...source.matchAll(/\S+/g)].map((match) => ({ text: match[0], column: match.index + 1 }));
}

/** Splits one word at a separator, keeping columns. */
export function splitWord(word: Word, separator: string): Word[] {
  let column = word.column;
  return word.text.split(separator).map((text) => {
    const part = { text, column };
    column += text.length + separator.length;
    return part;
  });
}

/** Throws the error of a mistake at `word`. */
export function failAt(source: string, word: Word, expected: string, hint: string = manual): never {
  const received = word.text === "" ? "nothing" : `"${word.text}"`;
  throw new SpecError(
    `network "${source}", column ${word.column}: received ${received}, expected ${expected}.`,
    {
      hint,
      data: { source, column: word.column, received: word.text, expected },
    },
  );
}
