/** Figures on the page: frame, table twin, files. */
export { CanvasFrame, type CanvasFrameProps } from "./canvas-frame.tsx";
export { FigureFrame, type FigureFrameProps } from "./figure-frame.tsx";
export { copyText, Frame, type FrameProps } from "./frame.tsx";
export { type Marker, mark, marker } from "./marker.ts";
export { Menu, type MenuItem } from "./menu.tsx";
export { ReadingCursor, type ReadingCursorProps } from "./reading-cursor.tsx";
export type { FigureSource } from "./source.ts";
export { TableTwin } from "./table-twin.tsx";
