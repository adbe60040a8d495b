/** Yes or no. */
import type { JSX } from "preact";
import type { FieldSignal } from "../state/index.ts";

/** A check box bound to a flag. */
export function Toggle({
  label,
  field,
  disabled = false,
}: {
  readonly label: string;
  readonly field: FieldSignal<boolean>;
  readonly disabled?: boolean;
}): JSX.Element {
  return (
    <label class="control toggle">
      <input
        type="checkbox"
        disabled={disabled}
        checked={field.value}
        onChange={(event) => field.commit(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}
