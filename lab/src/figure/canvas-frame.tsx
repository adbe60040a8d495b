/** The same frame around something drawn by a room itself: a canvas, WebGL, a live plot. */
import type { ComponentChildren, JSX } from "preact";
import type { Theme } from "../../../src/figures/basics/index.ts";
import type { FigureTable } from "../../../src/figures/index.ts";
import { Frame } from "./frame.tsx";

/** What `CanvasFrame` is given. */
export interface CanvasFrameProps {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** Numbers as they are now; null while there are none. */
  readonly table: () => FigureTable | null;
  readonly data?: () => unknown;
  readonly parameters?: () => Readonly<Record<string, unknown>>;
  /** A drawing of the same for SVG and PNG files; best from a figure of `src/figures`. */
  readonly svg?: (theme: Theme) => Promise<SVGSVGElement>;
  /** Or only a picture, `scale` pixels a CSS pixel (`pngOf` of a canvas, say). */
  readonly toBlob?: (scale: number, theme: Theme) => Promise<Blob>;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A frame around its children. */
export function CanvasFrame({
  name,
  title,
  caption,
  table,
  data,
  parameters,
  svg,
  toBlob,
  tools,
  children,
}: CanvasFrameProps): JSX.Element {
  return (
    <Frame
      name={name}
      title={title}
      caption={caption}
      tools={tools}
      source={{
        table,
        ...(data === undefined ? {} : { data }),
        ...(parameters === undefined ? {} : { parameters }),
        ...(svg === undefined ? {} : { svg }),
        ...(toBlob === undefined ? {} : { png: toBlob }),
      }}
    >
      {children}
    </Frame>
  );
}
