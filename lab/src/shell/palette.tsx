/** The command palette: type a few letters, choose with the arrows, run with Enter. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Action, allActions } from "./actions.ts";
import { Dialog } from "./dialog.tsx";
import { openDialog } from "./dialogs.ts";

/** Actions whose name contains the letters of `query` in order; whole words first. */
export function filterActions<A extends Pick<Action, "name">>(actions: readonly A[], query: string): A[] {
  const wanted = query.trim().toLowerCase();
  const score = ({ name }: A): number => {
    const text = name.toLowerCase();
    if (text.includes(wanted)) return text.startsWith(wanted) ? 0 : 1;
    let at = 0;
    for (const letter of wanted.replaceAll(" ", "")) {
      at = text.indexOf(letter, at) + 1;
      if (at === 0) return Number.POSITIVE_INFINITY;
    }
    return 2;
  };
  return actions
    .map((action) => ({ action, rank: score(action) }))
    .filter(({ rank }) => Number.isFinite(rank))
    .sort((a, b) => a.rank - b.rank)
    .map(({ action }) => action);
}

/** The palette's dialog. */
export function Palette(): JSX.Element {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const found = filterActions(allActions(), query);
  const at = Math.min(chosen, found.length - 1);
  const run = (action: Action | undefined): void => {
    if (action === undefined) return;
    openDialog.value = null;
    // after the dialog has given the focus back
    setTimeout(() => action.run(), 0);
  };
  return (
    <Dialog title="Commands">
      <input
        type="text"
        class="palette-query"
        role="combobox"
        aria-label="Search commands"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
        autocomplete="off"
        placeholder="Search commands"
        value={query}
        autofocus
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setChosen(Math.min(found.length - 1, at + 1));
          else if (event.key === "ArrowUp") setChosen(Math.max(0, at - 1));
          else if (event.key === "Enter") run(found[at]);
          else return;
          event.preventDefault();
        }}
      />
      <div role="listbox" id="palette-list" aria-label="Commands" class="palette-list">
        {found.map((action, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field above
          <div
            role="option"
            tabIndex={-1}
            id={`palette-${i}`}
            key={action.name}
            aria-selected={i === at}
            ref={(element) => {
              if (i === at) element?.scrollIntoView({ block: "nearest" });
            }}
            onClick={() => run(action)}
          >
            <span>{action.name}</span>
            {action.keys !== undefined && <kbd>{action.keys}</kbd>}
          </div>
        ))}
      </div>
      {found.length === 0 && <p class="soft">No command has these letters.</p>}
    </Dialog>
  );
}
