/** A range by typing FROM:TO, as on the command line. */
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { FieldSignal, RangeField } from "../state/index.ts";

/** A text field for a range. */
export function RangeEntry({
  label,
  field,
}: {
  readonly label: string;
  readonly field: FieldSignal<readonly [number, number], RangeField>;
}): JSX.Element {
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const take = (text: string): void => {
    const read = field.field.read(text);
    if ("problem" in read) {
      setProblem(`received ${text === "" ? "nothing" : text}, expected ${read.problem.expected}`);
      return;
    }
    setProblem(null);
    setDraft(null);
    if (field.field.write(read.value) !== field.field.write(field.peek())) field.commit(read.value);
  };
  return (
    <div class="control entry">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        spellcheck={false}
        aria-invalid={problem !== null}
        {...(problem === null ? {} : { "aria-describedby": `${id}-problem` })}
        value={draft ?? field.field.write(field.value)}
        onInput={(event) => setDraft(event.currentTarget.value)}
        onBlur={(event) => draft !== null && take(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && take(event.currentTarget.value)}
      />
      {problem !== null && (
        <span class="problem" id={`${id}-problem`} role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}
