/**
 * A drawing of `src/figures` on the page: drawn again when a signal it reads, the theme or the width changes, at most once
 * at a time; saved in any format from a fresh drawing, so files do not depend on the page's width or colours.
 */
import { effect, type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Theme } from "../../../src/figures/basics/index.ts";
import type { Figure, FigureOptions } from "../../../src/figures/index.ts";
import type { FieldSignal } from "../state/index.ts";
import { figureTheme } from "../theme.ts";
import { Frame } from "./frame.tsx";
import { drawMarker, mark, marker, valueUnder } from "./marker.ts";
import { ReadingCursor } from "./reading-cursor.tsx";
import { nextTurn } from "./turns.ts";

/** What `FigureFrame` is given. */
export interface FigureFrameProps {
  /** For file names and tests; usually the figure's own name. */
  readonly name: string;
  /** Shown until the first drawing brings its own. */
  readonly title: string;
  /**
   * Draws; signals read before its first `await` are followed. Null while there is nothing to draw. A new function (of a
   * room that draws from props) draws anew too, so keep it stable.
   */
  readonly draw: (options: FigureOptions) => Promise<Figure> | null;
  /** The data behind the figure, for JSON. */
  readonly data?: () => unknown;
  /** What it was made from; goes into the files. */
  readonly parameters?: () => Readonly<Record<string, unknown>>;
  /** What is said while there is nothing. */
  readonly empty?: string;
  /** Names of figures whose value axis is drawn the other way than usual; without, the frame remembers it alone. */
  readonly otherScales?: FieldSignal<readonly string[]>;
  /** True while the room holds something newer back that `draw` has not been given yet. */
  readonly isDue?: ReadonlySignal<boolean>;
}

const SMALLEST = 280;
const EXPORT_WIDTH = 720;

/** A figure with its frame. */
export function FigureFrame(props: FigureFrameProps): JSX.Element {
  const { name, title, draw, data, parameters, empty, otherScales, isDue } = props;
  const ownScale = useSignal(false);
  const isOther = useComputed(() => otherScales?.value.includes(name) ?? ownScale.value);
  const figure = useSignal<Figure | null>(null);
  const problem = useSignal<string | null>(null);
  const width = useSignal(0);
  const isDrawing = useSignal(false);
  const isBusy = useComputed(() => isDrawing.value || isDue?.value === true);
  const box = useRef<HTMLDivElement>(null);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void => {
      width.value = Math.max(SMALLEST, Math.round(element.clientWidth / 8) * 8);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [width]);
  useEffect(() => {
    let latest = 0;
    let isGone = false;
    const stop = effect(() => {
      const look = { theme: figureTheme.value, otherScale: isOther.value };
      const options = { document, ...look, width: width.value, turn: nextTurn };
      if (options.width === 0) return;
      const number = ++latest;
      const drawing = draw(options);
      isDrawing.value = drawing !== null;
      if (drawing === null) {
        figure.value = null;
        return;
      }
      drawing.then(
        (drawn) => {
          if (isGone || number !== latest) return;
          problem.value = null;
          figure.value = drawn;
          isDrawing.value = false;
        },
        (error: unknown) => {
          if (isGone || number !== latest) return;
          problem.value = error instanceof Error ? error.message : String(error);
          isDrawing.value = false;
        },
      );
    });
    return () => {
      isGone = true;
      stop();
    };
  }, [draw, figure, isDrawing, isOther, problem, width]);
  useEffect(
    () => effect(() => place.current?.replaceChildren(...(figure.value ? [figure.value.svg] : []))),
    [figure],
  );
  useEffect(
    () =>
      effect(() => {
        if (figure.value !== null) drawMarker(figure.value, marker.value);
      }),
    [figure],
  );
  const fresh = async (theme: Theme): Promise<Figure> => {
    const drawing = draw({ document, theme, width: EXPORT_WIDTH, otherScale: isOther.peek() });
    if (drawing === null) throw new Error("there is nothing to save yet; wait until the figure is drawn");
    return drawing;
  };
  const whenDrawn = async (): Promise<void> => {
    let stop = (): void => {};
    await new Promise<void>((resolve) => {
      stop = effect(() => {
        if (!isBusy.value) resolve();
      });
    });
    stop();
  };
  const drawn = figure.value;
  const switchScale = (): string => {
    if (otherScales === undefined) ownScale.value = !ownScale.peek();
    else {
      const others = otherScales.peek().filter((other) => other !== name);
      otherScales.commit(isOther.peek() ? others : [...others, name]);
    }
    return `The value axis is ${figure.peek()?.valueScale === "log" ? "linear" : "logarithmic"} now.`;
  };
  const axis = drawn?.axis;
  const point = ({ clientX, clientY }: PointerEvent): void => {
    const value = drawn === null ? null : valueUnder(drawn, clientX, clientY);
    if (axis !== undefined) mark(value === null ? null : { axis: axis.name, value });
  };
  const readRow = (row: number | null): void => {
    const value = row === null ? null : (axis?.valueOfRow(row) ?? null);
    if (axis !== undefined) mark(value === null ? null : { axis: axis.name, value });
  };
  return (
    <Frame
      name={name}
      title={drawn?.title ?? title}
      caption={drawn?.caption ?? ""}
      isBusy={isBusy}
      tools={
        drawn?.valueScale !== undefined && (
          <ScaleButton isLog={drawn.valueScale === "log"} run={switchScale} />
        )
      }
      source={{
        table: () => figure.peek()?.table ?? null,
        whenDrawn,
        svg: async (theme) => {
          await whenDrawn();
          return (await fresh(theme)).svg;
        },
        ...(data === undefined ? {} : { data }),
        ...(parameters === undefined ? {} : { parameters }),
      }}
    >
      <div ref={box}>
        <ReadingCursor
          title={drawn?.title ?? title}
          table={() => figure.peek()?.table ?? null}
          isEmpty={drawn === null}
          onRow={readRow}
          keys={
            drawn?.valueScale === undefined
              ? {}
              : { l: { does: "l changes the value axis", run: switchScale } }
          }
        >
          <div ref={place} class="drawing" onPointerMove={point} onPointerLeave={() => mark(null)} />
        </ReadingCursor>
      </div>
      {drawn === null && problem.value === null && <p class="soft">{empty ?? "Nothing drawn yet."}</p>}
      {problem.value !== null && <p class="reason" role="alert">{`Not drawn: ${problem.value}`}</p>}
    </Frame>
  );
}

function ScaleButton({ isLog, run }: { readonly isLog: boolean; readonly run: () => void }): JSX.Element {
  return (
    <button
      type="button"
      class="quiet"
      aria-pressed={isLog}
      aria-label="Log scale of the values"
      title="Log scale of the values (l)"
      onClick={run}
    >
      Log
    </button>
  );
}
