/** What is said where an address names a file which is not in this tab. */
import type { JSX } from "preact";

/** The panel. */
export function MissingFile({ name, what }: { name: string; what: string }): JSX.Element {
  return (
    <p class="panel missing-file" role="status">
      {`This link was made with the ${what} `}
      <strong>{name}</strong>
      {`, which stayed in the tab it was dropped into: links hold settings, not files. Drop ${name} here to see the same numbers.`}
    </p>
  );
}
