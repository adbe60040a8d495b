/** One-file HTML reports, and pictures as files. Node only: it draws with jsdom and rasterizes with resvg. */
export * from "./bibtex.ts";
export * from "./document.ts";
export * from "./figures.ts";
export { type FlowReportInput, renderFlowReport } from "./flow-page.ts";
export { type FlowScanReportInput, type ReportedMap, renderFlowScanReport } from "./flow-scan-page.ts";
export { type GramReportInput, renderGramReport } from "./gram-page.ts";
export { type LatticeReportInput, renderLatticeReport } from "./lattice-page.ts";
export * from "./page.ts";
export * from "./rasterize.ts";
export type { ReportInvocation } from "./sections.ts";
export { renderTuneReport, type TuneReportInput } from "./tune-page.ts";
