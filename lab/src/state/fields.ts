/**
 * Fields of a room's state: one value each, with a short key in the address, a default that is left out there, and a reader
 * that says what it expected. Readers never throw: an address can hold anything.
 */

/** A value that could not be used: what came, and what would have been fine. */
export interface FieldProblem {
  readonly received: string;
  readonly expected: string;
}

/** How a value is read from the address and written to it. */
export interface Field<T> {
  /** Key in the address; unique in a room. */
  readonly key: string;
  /** Default; left out of the address. */
  readonly initial: T;
  /** The value that `text` stands for, or why there is none. */
  read(text: string): { readonly value: T } | { readonly problem: FieldProblem };
  write(value: T): string;
}

/** A number inside a range. */
export interface NumberField extends Field<number> {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}

/** Two numbers, the first below the second. */
export interface RangeField extends Field<readonly [number, number]> {
  readonly min: number;
  readonly max: number;
}

/** One of a few words. */
export interface ChoiceField<C extends string> extends Field<C> {
  readonly choices: readonly C[];
}

/**
 * A number; texts that are no number, or one outside [min, max], are refused. Written with all digits that matter.
 *
 * @param key - key in the address.
 * @param initial - default.
 * @param options - `min`, `max` (both included), `integer`.
 */
export function numberField(
  key: string,
  initial: number,
  { min, max, integer = false }: { readonly min: number; readonly max: number; readonly integer?: boolean },
): NumberField {
  const expected = `${integer ? "a whole number" : "a number"} from ${min} to ${max}`;
  return {
    ...{ key, initial, min, max, integer },
    read: (text) => {
      const value = text.trim() === "" ? Number.NaN : Number(text);
      const isFine = value >= min && value <= max && (!integer || Number.isInteger(value));
      return isFine ? { value } : { problem: { received: text, expected } };
    },
    write: String,
  };
}

/** A range inside [min, max], written FROM:TO as on the command line. */
export function rangeField(
  key: string,
  initial: readonly [number, number],
  { min, max }: { readonly min: number; readonly max: number },
): RangeField {
  const expected = `FROM:TO with ${min} <= FROM < TO <= ${max}`;
  return {
    ...{ key, initial, min, max },
    read: (text) => {
      const [from = Number.NaN, to = Number.NaN, ...rest] = text
        .split(":")
        .map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
      const isFine = rest.length === 0 && from >= min && to > from && to <= max;
      return isFine ? { value: [from, to] } : { problem: { received: text, expected } };
    },
    write: ([from, to]) => `${from}:${to}`,
  };
}

/** Any text of at most `maxLength` characters. */
export function textField(key: string, initial: string, { maxLength = 500 } = {}): Field<string> {
  return {
    ...{ key, initial },
    read: (text) =>
      text.length <= maxLength
        ? { value: text }
        : { problem: { received: `${text.slice(0, 40)}...`, expected: `at most ${maxLength} characters` } },
    write: (value) => value,
  };
}

/** One of `choices`. */
export function choiceField<const C extends string>(
  key: string,
  initial: C,
  choices: readonly C[],
): ChoiceField<C> {
  return {
    ...{ key, initial, choices },
    read: (text) => {
      const value = choices.find((choice) => choice === text);
      if (value !== undefined) return { value };
      return { problem: { received: text, expected: `one of ${choices.join(", ")}` } };
    },
    write: (value) => value,
  };
}

/** Yes or no, written 1 and 0. */
export function flagField(key: string, initial: boolean): Field<boolean> {
  return {
    ...{ key, initial },
    read: (text) =>
      text === "1" || text === "0"
        ? { value: text === "1" }
        : { problem: { received: text, expected: "1 or 0" } },
    write: (value) => (value ? "1" : "0"),
  };
}

/** Several values of one kind, written with `~` between them; `entry` reads and writes each. */
export function listField<T>(
  key: string,
  initial: readonly T[],
  entry: Pick<Field<T>, "read" | "write">,
  { maxLength = 100 } = {},
): Field<readonly T[]> {
  return {
    ...{ key, initial },
    read: (text) => {
      const values: T[] = [];
      if (text === "") return { value: values };
      const parts = text.split("~");
      if (parts.length > maxLength)
        return { problem: { received: `${parts.length} entries`, expected: `at most ${maxLength}` } };
      for (const part of parts) {
        const read = entry.read(part);
        if ("problem" in read) return read;
        values.push(read.value);
      }
      return { value: values };
    },
    write: (values) => values.map((value) => entry.write(value)).join("~"),
  };
}
