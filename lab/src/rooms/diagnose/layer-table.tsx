/** The layer table: sorted by any column, filtered by text or to flagged layers; a chosen row marks its layer in every figure. */
import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { LAYER_COLUMNS, type LayerRow } from "../../../../src/figures/diagnosis/index.ts";
import { download } from "../../figure/save.ts";
import { answer } from "./session.ts";
import { type Sorting, sortRows } from "./sort-rows.ts";
import { state } from "./state.ts";

/** Rows drawn at once. */
const PAGE = 200;

/** The table. */
export function LayerTable(): JSX.Element | null {
  const sorting = useSignal<Sorting | null>(null);
  const filter = useSignal("");
  const onlyFlagged = useSignal(false);
  const shown = useSignal(PAGE);
  const rows = useComputed(() =>
    sortRows(answer.value?.rows ?? [], sorting.value, filter.value, onlyFlagged.value),
  );
  const all = answer.value?.rows ?? [];
  if (all.length === 0) return null;
  const flagged = all.filter(({ isFlagged }) => isFlagged).length;
  const visible = rows.value.slice(0, shown.value);
  return (
    <section class="panel" aria-labelledby="layers">
      <h2 id="layers">Layer by layer</h2>
      <p class="soft">Choose a row to mark that layer in every figure; choose a heading to sort.</p>
      <div class="table-tools">
        <label class="control">
          <span>Filter</span>
          <input
            type="text"
            value={filter.value}
            placeholder="name, kind, state"
            onInput={({ currentTarget }) => {
              filter.value = currentTarget.value;
            }}
          />
        </label>
        <label class="control toggle">
          <input
            type="checkbox"
            checked={onlyFlagged.value}
            disabled={flagged === 0}
            onChange={({ currentTarget }) => {
              onlyFlagged.value = currentTarget.checked;
            }}
          />
          {`Only flagged layers (${flagged} of ${all.length})`}
        </label>
        <button
          type="button"
          class="quiet"
          onClick={() => download("layers.csv", csvOf(rows.peek()), "text/csv")}
        >
          CSV
        </button>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a scrolling region needs a name and the focus */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as above */}
      <div class="twin layers" role="region" tabIndex={0} aria-label="Table of layers">
        <table>
          <caption>
            Measured values with one standard error in brackets, and what theory expects. χ is the growth of
            squared gradients through a layer.
          </caption>
          <thead>
            <tr>
              {LAYER_COLUMNS.map(({ name, isNumber }, column) => (
                <th
                  key={name}
                  scope="col"
                  class={isNumber ? "number" : ""}
                  aria-sort={sorting.value?.column === column ? sorting.value.direction : undefined}
                >
                  <button
                    type="button"
                    onClick={() => {
                      const isUp =
                        sorting.value?.column === column && sorting.value.direction === "ascending";
                      sorting.value = { column, direction: isUp ? "descending" : "ascending" };
                    }}
                  >
                    {name}
                    <span aria-hidden="true">
                      {sorting.value?.column !== column
                        ? ""
                        : sorting.value.direction === "ascending"
                          ? " ↑"
                          : " ↓"}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {visible.map((row) => (
              <Row key={row.layer} row={row} isChosen={state.layer.value === row.layer} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.value.length === 0 && <p class="soft">No layer has that.</p>}
      {rows.value.length > visible.length && (
        <button
          type="button"
          onClick={() => {
            shown.value += PAGE;
          }}
        >
          {`Show more (${rows.value.length - visible.length} left)`}
        </button>
      )}
    </section>
  );
}

function Row({ row, isChosen }: { row: LayerRow; isChosen: boolean }): JSX.Element {
  const choose = (): void => state.layer.commit(isChosen ? 0 : row.layer);
  return (
    <tr
      tabIndex={0}
      data-layer={row.layer}
      class={`${row.isFlagged ? "flagged" : ""}${isChosen ? " chosen" : ""}`}
      aria-selected={isChosen}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        choose();
      }}
    >
      {row.cells.map(({ text, value }, column) => (
        <td key={LAYER_COLUMNS[column]?.name} class={value === null ? "" : "number"}>
          {text}
        </td>
      ))}
    </tr>
  );
}

function csvOf(rows: readonly LayerRow[]): string {
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [
    LAYER_COLUMNS.map(({ name }) => name),
    ...rows.map(({ cells }) => cells.map(({ text, value }) => (value === null ? text : String(value)))),
  ];
  return lines.map((cells) => `${cells.map(quote).join(",")}\n`).join("");
}
