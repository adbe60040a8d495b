/** One of a few words: a native list, or buttons in a row when there are up to four. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { ChoiceField, FieldSignal } from "../state/index.ts";

/** What `Choice` is given. */
export interface ChoiceProps<C extends string> {
  readonly label: string;
  readonly field: FieldSignal<C, ChoiceField<C>>;
  /** Words for the choices; default: themselves. */
  readonly words?: Readonly<Partial<Record<C, string>>>;
  /** Buttons in a row instead of a list. */
  readonly row?: boolean;
  readonly disabled?: boolean;
}

/** A choice. */
export function Choice<C extends string>({
  label,
  field,
  words,
  row = false,
  disabled = false,
}: ChoiceProps<C>): JSX.Element {
  const id = useId();
  const choices = field.field.choices;
  const wordOf = (choice: C): string => words?.[choice] ?? choice;
  if (row)
    return (
      <fieldset class="control choice-row" disabled={disabled}>
        <legend>{label}</legend>
        <div class="segments">
          {choices.map((choice) => (
            <label key={choice}>
              <input
                type="radio"
                name={id}
                value={choice}
                checked={field.value === choice}
                onChange={() => field.commit(choice)}
              />
              <span>{wordOf(choice)}</span>
            </label>
          ))}
        </div>
      </fieldset>
    );
  return (
    <div class="control choice">
      <label for={id}>{label}</label>
      <select
        id={id}
        disabled={disabled}
        value={field.value}
        onChange={(event) => field.commit(event.currentTarget.value as C)}
      >
        {choices.map((choice) => (
          <option value={choice} key={choice}>
            {wordOf(choice)}
          </option>
        ))}
      </select>
    </div>
  );
}
