/** Pinned networks: kept in the address, drawn side by side once they are measured with the settings beside them. */
import { computed, type ReadonlySignal } from "@preact/signals";
import type { ComparedFlow } from "../../../../src/figures/index.ts";
import type { NetworkSpec } from "../../../../src/networks/index.ts";
import { notify } from "../../notices.ts";
import { answerOf } from "./measurements.ts";
import { requestOf } from "./request.ts";
import { numbersOf, readSpec, type SpecNumbers, withDepth, withVariance } from "./spec-text.ts";
import { MOST_PINS, state } from "./state.ts";

/** A pinned network. */
export interface Pin {
  readonly network: string;
  readonly label: string;
  /** Null until it is measured. */
  readonly flow: ComparedFlow | null;
}

/** The pins with what is known about them. */
export const pins: ReadonlySignal<readonly Pin[]> = computed(() => {
  const networks = state.pins.value;
  const labels = labelsOf(networks);
  return networks.map((network, i) => {
    const answer = answerOf(requestOf(network));
    const label = labels[i] as string;
    const points = answer?.result.layers.filter(({ isCounted }) => isCounted);
    return { network, label, flow: points === undefined ? null : { label, points } };
  });
});

/** Pins the network of the state. */
export function pinCurrent(): void {
  if (state.modelFile.peek() !== "") {
    notify({ kind: "info", text: "Specifications are pinned; a dropped model cannot be in an address." });
    return;
  }
  const network = state.network.peek();
  const known = state.pins.peek();
  if (readSpec(network) === null || known.includes(network)) return;
  if (known.length >= MOST_PINS) {
    notify({
      kind: "warning",
      text: `At most ${MOST_PINS} networks are compared.`,
      hint: "Remove one first.",
    });
    return;
  }
  state.pins.commit([...known, network]);
}

/** Removes a pin. */
export function unpin(network: string): void {
  state.pins.commit(state.pins.peek().filter((other) => other !== network));
}

/** Removes all pins. */
export function unpinAll(): void {
  state.pins.commit([]);
}

/** What tells networks apart: one of their numbers where that is all that differs, else their texts. */
function labelsOf(networks: readonly string[]): string[] {
  const candidates: readonly (readonly [keyof SpecNumbers, string, (text: string) => string])[] = [
    ["sigmaW2", "σ_w² = ", (text) => withVariance(text, "sw2", 0)],
    ["sigmaB2", "σ_b² = ", (text) => withVariance(text, "sb2", 0)],
    ["depth", "depth ", (text) => withDepth(text, 2)],
  ];
  const specs = networks.map(readSpec);
  if (specs.some((spec) => spec === null)) return [...networks];
  for (const [number, name, withoutIt] of candidates) {
    const values = (specs as NetworkSpec[]).map((spec) => numbersOf(spec)[number]);
    const hasOneRest = new Set(networks.map(withoutIt)).size === 1;
    if (hasOneRest && new Set(values).size === networks.length)
      return values.map((value) => `${name}${value}`);
  }
  return [...networks];
}
