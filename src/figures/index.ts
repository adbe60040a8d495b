/** Figures: pure functions from a result to an SVG element, and numbers as text. Observable Plot loads on first use. */
export * from "./basics/index.ts";
export * from "./depth-profile.ts";
export * from "./figure.ts";
export * from "./flow-curve.ts";
export * from "./flow-scan.ts";
export * from "./gram-spectrum.ts";
export * from "./heatmap.ts";
export * from "./learning-trajectory.ts";
export * from "./phase-diagram.ts";
export * from "./png.ts";
export * from "./reconstruction-grid.ts";
export * from "./residuals.ts";
export * from "./spectra-ridgeline.ts";
export * from "./spectrum.ts";
export * from "./student.ts";
export * from "./tiling.ts";
export * from "./trainability.ts";
