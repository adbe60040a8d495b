/** What surrounds every figure: heading, caption, table twin, and the menu that saves it in five formats. */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { DARK_THEME, LIGHT_THEME } from "../../../src/figures/basics/index.ts";
import type { FigureTable } from "../../../src/figures/index.ts";
import { notify } from "../notices.ts";
import { theme } from "../theme.ts";
import { Menu, type MenuItem } from "./menu.tsx";
import { enterFigure } from "./on-page.ts";
import type { FigureFacts } from "./save.ts";
import type { FigureSource } from "./source.ts";
import { TableTwin } from "./table-twin.tsx";

/** What a frame is given. */
export interface FrameProps {
  /** For file names: "phase-diagram". */
  readonly name: string;
  readonly title: string;
  /** What to see, in one or two sentences. */
  readonly caption: string;
  readonly source: FigureSource;
  readonly children: ComponentChildren;
  /** Whether a newer drawing is on its way. */
  readonly isBusy?: ReadonlySignal<boolean>;
  /** More buttons beside the menu. */
  readonly tools?: ComponentChildren;
}

/** Draws the frame around a figure. */
export function Frame({ name, title, caption, source, isBusy, children, tools }: FrameProps): JSX.Element {
  const id = useId();
  const [showsTable, setShowsTable] = useState(false);
  const table = showsTable ? source.table() : null;
  const root = useRef<HTMLElement>(null);
  const latest = useRef({ title, caption, source });
  latest.current = { title, caption, source };
  useEffect(() => {
    if (root.current === null) return;
    return enterFigure({
      element: root.current,
      facts: () => factsOf(name, latest.current.title, latest.current.caption, latest.current.source),
      get source() {
        return latest.current.source;
      },
    });
  }, [name]);
  return (
    <figure
      class="frame"
      ref={root}
      data-figure={name}
      aria-labelledby={`${id}-title`}
      {...(isBusy === undefined ? {} : { "aria-busy": isBusy })}
    >
      <div class="frame-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <div class="frame-tools">
          {tools}
          <button
            type="button"
            class="quiet"
            aria-pressed={showsTable}
            onClick={() => setShowsTable(!showsTable)}
          >
            Table
          </button>
          <Menu
            label={`Save ${title}`}
            items={saveItems(() => factsOf(name, title, caption, source), source)}
          >
            Save
          </Menu>
        </div>
      </div>
      {children}
      <figcaption>{caption}</figcaption>
      {showsTable &&
        (table === null ? <p class="soft">No numbers yet.</p> : <TableTwin table={table} title={title} />)}
    </figure>
  );
}

function factsOf(name: string, title: string, caption: string, source: FigureSource): FigureFacts {
  return { name, title, caption, parameters: source.parameters?.() ?? {}, link: location.href };
}

/** Files choose their colours independently of the page; the page's own come first. */
function saveItems(facts: () => FigureFacts, source: FigureSource): MenuItem[] {
  const attempt = (save: () => Promise<void>) => (): void => {
    save().catch((error: unknown) =>
      notify({ kind: "error", text: `Not saved: ${error instanceof Error ? error.message : String(error)}` }),
    );
  };
  const needTable = async (): Promise<FigureTable> => {
    await source.whenDrawn?.();
    const table = source.table();
    if (table === null) throw new Error("there are no numbers yet; wait until the figure is drawn");
    return table;
  };
  const own = theme.value;
  const other = own === "dark" ? "light" : "dark";
  const colors = { light: LIGHT_THEME, dark: DARK_THEME } as const;
  const asSvg = (which: "light" | "dark"): MenuItem => ({
    label: `SVG, ${which}`,
    run: attempt(async () => {
      const save = await import("./save.ts");
      if (source.svg === undefined) return;
      const svg = await source.svg(colors[which]);
      const about = facts();
      save.download(`${about.name}.svg`, save.svgFile(svg, about), "image/svg+xml");
    }),
  });
  const asPng = (scale: number, which: "light" | "dark"): MenuItem => ({
    label: `PNG ${scale}×, ${which}`,
    run: attempt(async () => {
      const save = await import("./save.ts");
      const about = facts();
      const colorsOfFile = colors[which];
      const blob = source.svg
        ? await save.pngOfSvg(await source.svg(colorsOfFile), scale, colorsOfFile.background, about)
        : await save.withFacts(
            await (source.png as NonNullable<FigureSource["png"]>)(scale, colorsOfFile),
            about,
          );
      save.download(`${about.name}.png`, blob);
    }),
  });
  const hasPicture = source.svg !== undefined || source.png !== undefined;
  return [
    ...(source.svg === undefined ? [] : [asSvg(own), asSvg(other)]),
    ...(hasPicture ? [...[1, 2, 3, 4].map((scale) => asPng(scale, own)), asPng(2, other)] : []),
    {
      label: "CSV",
      run: attempt(async () => {
        const save = await import("./save.ts");
        save.download(`${facts().name}.csv`, save.csvFile(await needTable()), "text/csv");
      }),
    },
    {
      label: "JSON",
      run: attempt(async () => {
        const save = await import("./save.ts");
        const table = await needTable();
        const about = facts();
        const text = save.jsonFile(about, table, source.data?.());
        save.download(`${about.name}.json`, text, "application/json");
      }),
    },
    { label: "Copy link", run: attempt(() => copyText(location.href, "link")) },
  ];
}

/** Puts text on the clipboard and says so; where the browser refuses, shows the text. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify({ kind: "info", text: `Copied the ${what}.` });
  } catch {
    notify({ kind: "warning", text: `This browser gives no clipboard. The ${what}: ${text}` });
  }
}
