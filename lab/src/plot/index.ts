/** Plots drawn on a canvas at every frame, for what moves while it is dragged. Files are saved from figures of src/figures. */
export { type Box, drawAxes, PLOT_FONT, prepareCanvas, tracePath } from "./canvas.ts";
export { type LiveCurve, LivePlot, type LiveScene } from "./live-plot.tsx";
export { type PixelScale, type PlotAxis, pixelScale } from "./scale.ts";
export { linearTicks, logTicks } from "./ticks.ts";
