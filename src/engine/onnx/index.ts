export type { BindOptions, BoundInput } from "./bind-inputs.ts";
export { fromOnnx, type ImportedModel, inspectOnnx, type ModelSummary, type OnnxSource } from "./import.ts";
export { parseShapes } from "./parse-shapes.ts";
export type { NodeReport, NodeStatus } from "./report.ts";
export { type ToOnnxOptions, toOnnx } from "./write.ts";
