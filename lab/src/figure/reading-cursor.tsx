/** A figure that takes the focus: arrow keys walk through its numbers, which are shown and announced; other keys act on it. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { FigureTable } from "../../../src/figures/index.ts";
import { cellText } from "./table-twin.tsx";

/** A key of a figure. */
export interface FigureKey {
  /** For the figure's description: "l changes the value axis". */
  readonly does: string;
  /** Acts, and returns what is announced. */
  readonly run: () => string;
}

/** What the reading cursor is given. */
export interface ReadingCursorProps {
  readonly title: string;
  /** The numbers now; asked for when a key is pressed. */
  readonly table: () => FigureTable | null;
  /** Nothing is drawn yet: the focus passes by. */
  readonly isEmpty?: boolean;
  /** Told which row is read; null when the focus leaves. */
  readonly onRow?: (row: number | null) => void;
  /** By `KeyboardEvent.key`. */
  readonly keys?: Readonly<Record<string, FigureKey>>;
  readonly children: ComponentChildren;
}

/** Wraps a drawing. */
export function ReadingCursor(props: ReadingCursorProps): JSX.Element {
  const { title, table, isEmpty = false, onRow, keys = {}, children } = props;
  const [row, setRow] = useState<number | null>(null);
  const [text, setText] = useState("");
  const onKeyDown = (event: KeyboardEvent): void => {
    const own = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (own !== undefined) {
      event.preventDefault();
      setText(own.run());
      return;
    }
    const numbers = table();
    const count = numbers?.rows.length ?? 0;
    if (numbers === null || count === 0) return;
    const at = row ?? -1;
    const step = event.shiftKey ? 10 : 1;
    const next = {
      ArrowRight: at + step,
      ArrowDown: at + step,
      ArrowLeft: at - step,
      ArrowUp: at - step,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const reached = Math.min(count - 1, Math.max(0, next));
    setRow(reached);
    setText(describeRow(numbers, reached));
    onRow?.(reached);
  };
  const described = Object.values(keys).map(({ does }) => `, ${does}`);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a focusable figure, not a set of form fields */}
      <div
        class="plot"
        role="group"
        tabIndex={isEmpty ? -1 : 0}
        aria-label={`${title}: arrow keys read its numbers${described.join("")}`}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setRow(null);
          setText("");
          onRow?.(null);
        }}
      >
        {children}
      </div>
      <output class="reading" aria-live="polite">
        {text}
      </output>
    </>
  );
}

/** "layer 3 · q theory 0.43". */
function describeRow({ columns, rows }: FigureTable, row: number): string {
  const current = rows[row] ?? [];
  return columns
    .map((column, i) => [column, cellText(current[i] ?? null)] as const)
    .filter(([, value]) => value !== "")
    .map(([column, value]) => `${column} ${value}`)
    .join(" · ");
}
