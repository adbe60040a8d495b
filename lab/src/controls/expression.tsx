/**
 * A text that something reads: an activation as a name or an expression of x, a network's specification. It is checked
 * while it is typed; only texts that can be used reach the state, and a mistake is explained beside the field.
 */
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { describeError } from "../jobs/messages.ts";
import type { FieldSignal } from "../state/index.ts";

/** What `Expression` is given. */
export interface ExpressionProps {
  readonly label: string;
  readonly field: FieldSignal<string>;
  /** Resolves when the text can be used; rejects with an error of the library otherwise. */
  readonly check: (text: string) => Promise<unknown>;
  /** Offered while typing. */
  readonly suggestions?: readonly string[];
  readonly placeholder?: string;
  readonly disabled?: boolean;
}

/** Milliseconds after the last key before the text is checked. */
const PAUSE = 150;

/** Checks a name or expression of an activation, with the library's own parser (loaded on first use). */
export async function checkActivation(text: string): Promise<void> {
  const { resolveActivation } = await import("../../../src/networks/activations/index.ts");
  resolveActivation(text);
}

/** A text field with its check. */
export function Expression(props: ExpressionProps): JSX.Element {
  const { label, field, check, suggestions = [], placeholder = "", disabled = false } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState<{ text: string; hint?: string } | null>(null);
  const id = useId();
  const latest = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const explain = (error: unknown): void => {
    const { message, hint } = describeError(error);
    setProblem({ text: message, ...(hint === undefined ? {} : { hint }) });
  };
  const take = async (text: string, isFinal: boolean): Promise<void> => {
    const number = ++latest.current;
    try {
      await check(text);
    } catch (error) {
      if (number === latest.current) explain(error);
      return;
    }
    if (number !== latest.current) return;
    setProblem(null);
    if (isFinal) setDraft(null);
    if (text !== field.peek()) field.edit(text);
    if (isFinal) field.commit();
  };
  const shown = field.value;
  // a text from the address can hold anything
  useEffect(() => {
    const number = ++latest.current;
    if (draft === null)
      check(shown).then(
        () => number === latest.current && setProblem(null),
        (error: unknown) => number === latest.current && explain(error),
      );
  }, [shown]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <div class="control expression">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        list={`${id}-list`}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder={placeholder}
        disabled={disabled}
        value={draft ?? shown}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        onInput={(event) => {
          const text = event.currentTarget.value;
          setDraft(text);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => void take(text, false), PAUSE);
        }}
        onChange={(event) => {
          clearTimeout(timer.current);
          void take(event.currentTarget.value, true);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape" && draft !== null) {
            clearTimeout(timer.current);
            latest.current++;
            setDraft(null);
            setProblem(null);
            event.stopPropagation();
          }
        }}
      />
      <datalist id={`${id}-list`}>
        {suggestions.map((suggestion) => (
          <option value={suggestion} key={suggestion} />
        ))}
      </datalist>
      <div class="problem" id={`${id}-problem`} role="alert">
        {problem !== null && (
          <>
            {problem.text} <span class="soft">{problem.hint}</span>
          </>
        )}
      </div>
    </div>
  );
}
