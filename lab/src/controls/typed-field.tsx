/** A field's value by typing: taken at Enter or when the focus leaves, given up at Escape; a mistake is said beside it. */
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { FieldSignal } from "../state/index.ts";

/** What `TypedField` is given. */
export interface TypedFieldProps<T> {
  readonly field: FieldSignal<T>;
  /** For a label that stands beside it. */
  readonly id?: string;
  /** Where no label does. */
  readonly label?: string;
  readonly inputMode?: "decimal" | "text";
  readonly unit?: string;
  readonly disabled?: boolean;
}

/** The text field and what is wrong with its text. */
export function TypedField<T>(props: TypedFieldProps<T>): JSX.Element {
  const { field, id, label, inputMode = "text", unit = "", disabled = false } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const problemId = useId();
  const forget = (): void => {
    setProblem(null);
    setDraft(null);
  };
  const take = (text: string): void => {
    const read = field.field.read(text);
    if ("problem" in read) {
      setProblem(`received ${text === "" ? "nothing" : text}, expected ${read.problem.expected}`);
      return;
    }
    forget();
    if (field.field.write(read.value) !== field.field.write(field.peek())) field.commit(read.value);
  };
  return (
    <>
      <input
        type="text"
        inputMode={inputMode}
        autocomplete="off"
        spellcheck={false}
        disabled={disabled}
        aria-invalid={problem !== null}
        {...(id === undefined ? {} : { id })}
        {...(label === undefined ? {} : { "aria-label": label })}
        {...(problem === null ? {} : { "aria-describedby": problemId })}
        value={draft ?? field.field.write(field.value)}
        onInput={(event) => setDraft(event.currentTarget.value)}
        onBlur={(event) => draft !== null && take(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") take(event.currentTarget.value);
          if (event.key === "Escape" && draft !== null) {
            forget();
            event.stopPropagation();
          }
        }}
      />
      {unit !== "" && <span class="unit">{unit}</span>}
      {problem !== null && (
        <span class="problem" id={problemId} role="alert">
          {problem}
        </span>
      )}
    </>
  );
}
