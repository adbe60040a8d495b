/** One-file HTML reports, and pictures as files. Node only: it draws with jsdom and rasterizes with resvg. */
export * from "./bibtex.ts";
export * from "./document.ts";
export * from "./figures.ts";
export * from "./page.ts";
export * from "./rasterize.ts";
export type { ReportInvocation } from "./sections.ts";
