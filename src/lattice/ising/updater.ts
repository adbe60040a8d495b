/** The algorithms by name, behind one interface. */
import { SpecError } from "../../base/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import type { Dice } from "./dice.ts";
import { createLocalUpdater, type SweepOrder } from "./local-updates.ts";
import type { Updater } from "./state.ts";
import { createSwendsenWang } from "./swendsen-wang.ts";
import { createWolff } from "./wolff.ts";

/** Single-temperature algorithms. */
export type UpdateAlgorithm = "metropolis" | "heat-bath" | "wolff" | "swendsen-wang";

/** Every algorithm. */
export type Algorithm = UpdateAlgorithm | "replica-exchange" | "multi-spin";

/** Names of all algorithms. */
export const ALGORITHMS: readonly Algorithm[] = [
  "metropolis",
  "heat-bath",
  "wolff",
  "swendsen-wang",
  "replica-exchange",
  "multi-spin",
];

/** The update of one sweep at one temperature. */
export function createUpdater(
  algorithm: UpdateAlgorithm,
  model: SpinModel,
  temperature: number,
  dice: Dice,
  order: SweepOrder = "sequential",
): Updater {
  switch (algorithm) {
    case "metropolis":
    case "heat-bath":
      return createLocalUpdater(algorithm, model, temperature, dice, order);
    case "wolff":
      return createWolff(model, temperature, dice);
    case "swendsen-wang":
      return createSwendsenWang(model, temperature, dice);
  }
}

/**
 * Refuses an unknown algorithm.
 * @throws SpecError listing the known ones.
 */
export function requireAlgorithm(name: string): Algorithm {
  const known = ALGORITHMS.find((algorithm) => algorithm === name);
  if (known === undefined)
    throw new SpecError(`algorithm: received "${name}", expected ${ALGORITHMS.join(", ")}`, {
      hint: "wolff is a good choice near a critical point",
      data: { received: name, known: ALGORITHMS },
    });
  return known;
}
