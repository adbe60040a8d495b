/** The size of a model, from its structure alone. */
import type { ModelSummary } from "../../../src/engine/index.ts";
import type { MemoryRequest } from "../../../src/signal/index.ts";

/** Weights, and numbers in all values for one example, of a model inspected with a batch of 1. */
export function sizeOfModel({
  report,
  parameters,
}: Pick<ModelSummary, "report" | "parameters">): Omit<MemoryRequest, "examples"> {
  const valuesPerExample = report
    .filter(({ status }) => status === "supported")
    .flatMap(({ outputs }) => outputs)
    .reduce((sum, value) => sum + (value === null ? 0 : countOf(value.shape)), 0);
  return { parameters, valuesPerExample };
}

/** Numbers in a tensor. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
