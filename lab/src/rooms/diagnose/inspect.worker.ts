/** Looks into a dropped model by byte ranges: every node with what became of it, and the memory that a diagnosis would take. */
import { inspectOnnx } from "../../../../src/engine/index.ts";
import { predictDiagnosisMemory } from "../../../../src/signal/index.ts";
import { serveJob } from "../../jobs/worker.ts";
import type { InspectAnswer, InspectRequest } from "./inspect-messages.ts";

serveJob<InspectRequest, never, InspectAnswer>(async ({ file, examples }) => {
  const { report, parameters, inputs, opset, producer, notes } = await inspectOnnx(file, { batch: 1 });
  const values = report
    .filter(({ status }) => status === "supported")
    .flatMap(({ outputs }) => outputs)
    .reduce((sum, value) => sum + (value?.shape.reduce((product, n) => product * n, 1) ?? 0), 0);
  return {
    name: file.name,
    opset,
    producer,
    parameters,
    inputs: inputs.map(({ name, dtype, shape }) => `${name}: ${dtype} ${shape.join(" × ")}`),
    inputShape: inputs[0]?.shape.slice(1) ?? [],
    isTokens: inputs[0]?.dtype.startsWith("int") ?? false,
    notes,
    memory: predictDiagnosisMemory({ parameters, valuesPerExample: values, examples }).runtime,
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
