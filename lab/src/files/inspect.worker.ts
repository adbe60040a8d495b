/** Looks into a dropped model by byte ranges: every node with what became of it, and the memory that a diagnosis would take. */
import { IsinglassError, SpecError } from "../../../src/base/index.ts";
import { inspectOnnx, type ModelSummary, parseShapes } from "../../../src/engine/index.ts";
import { predictDiagnosisMemory } from "../../../src/signal/index.ts";
import { serveJob } from "../jobs/worker.ts";
import type { InspectAnswer, InspectRequest } from "./inspect-messages.ts";
import { sizeOfModel } from "./model-size.ts";

/** The library's hint names an option of the command line; here it is a field. */
async function inspect(file: File, shapes: string): Promise<ModelSummary> {
  try {
    return await inspectOnnx(file, { batch: 1, shapes: parseShapes(shapes, "sizes") });
  } catch (error) {
    if (!(error instanceof IsinglassError) || error.hint?.startsWith("say them: --shape ") !== true)
      throw error;
    const example = error.hint.replace("say them: --shape ", "");
    throw new SpecError(error.message, { hint: `type them beside the model: ${example}`, data: error.data });
  }
}

serveJob<InspectRequest, never, InspectAnswer>(async ({ file, shapes, examples }) => {
  const summary = await inspect(file, shapes);
  const { report, parameters, inputs, opset, producer, notes } = summary;
  return {
    name: file.name,
    opset,
    producer,
    parameters,
    inputs: inputs.map(({ name, dtype, shape }) => `${name}: ${dtype} ${shape.join(" × ")}`),
    inputShape: inputs[0]?.shape.slice(1) ?? [],
    isTokens: inputs[0]?.dtype.startsWith("int") ?? false,
    notes,
    memory: predictDiagnosisMemory({ ...sizeOfModel(summary), examples }).runtime,
    nodes: report.map(({ index, name, op, domain, status, differentiable, reason, substitute }) => ({
      index,
      name,
      op: domain === "" ? op : `${domain}.${op}`,
      status,
      differentiable,
      remark: [reason, substitute].filter((part) => part !== null).join("; "),
    })),
  };
});
