/** How a diagnosis was obtained, one sentence each. */
import type { Diagnosis } from "../../signal/index.ts";

/** Network, initialisation, data, phase and seed; `program` says which version ran where, one sentence each. */
export function methodFacts(diagnosis: Diagnosis, program: readonly string[]): string[] {
  const { network, data, seed, theory } = diagnosis;
  return [
    `Network: ${network.name}, ${network.depth} weight layers, ${network.parameterCount.toLocaleString("en")} parameters, input ${network.inputShape.join(" × ")}.`,
    `Initialisation: ${network.initialization}`,
    `Data: ${data.name}, ${data.count} examples: ${data.provenance.map((step) => step.replace(/\.$/, "")).join("; ")}.`,
    ...(theory ? [`Phase: ${theory.criterion}.`] : []),
    ...(seed === null ? [] : [`Seed: ${seed}; the same seed gives the same numbers.`]),
    "Numbers are written as value(error): 0.432(12) means 0.432 with a standard error of 0.012.",
    ...program,
  ];
}
