/** A range by typing FROM:TO, as on the command line. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { FieldSignal, RangeField } from "../state/index.ts";
import { TypedField } from "./typed-field.tsx";

/** A text field for a range. */
export function RangeEntry({
  label,
  field,
}: {
  readonly label: string;
  readonly field: FieldSignal<readonly [number, number], RangeField>;
}): JSX.Element {
  const id = useId();
  return (
    <div class="control entry">
      <label for={id}>{label}</label>
      <TypedField id={id} field={field} />
    </div>
  );
}
