/** Profiles of several draws as one curve with errors. */
import type { Estimate } from "../../base/index.ts";
import { meanWithError } from "../../numerics/index.ts";
import type { FlowLayer, FlowProfile } from "./types.ts";

/** What a depth is called. */
export interface LayerLabel {
  readonly name: string;
  readonly kind: string;
}

/**
 * Averages profiles depth by depth; errors are over the draws.
 *
 * @param labels of the input and of the L blocks, in this order
 * @param counted depths up to this one count for the verdict
 */
export function averageProfiles(
  profiles: readonly FlowProfile[],
  labels: readonly LayerLabel[],
  counted: number,
): FlowLayer[] {
  return labels.map(({ name, kind }, depth) => {
    const over = (pick: (profile: FlowProfile) => number): Estimate => meanOver(profiles.map(pick));
    const losses = depth === 0 ? [] : profiles.map(({ decoderLoss }) => decoderLoss[depth - 1] ?? null);
    const known = losses.filter((loss): loss is number => loss !== null);
    return {
      depth,
      name,
      kind,
      gram: over(({ gram }) => gram[depth] as number),
      differential: over(({ differential }) => differential[depth] as number),
      relative: over(({ relative }) => relative[depth] as number),
      forward: over(({ forward }) => forward[depth] as number),
      forwardLargest: over(({ forwardLargest }) => forwardLargest[depth] as number),
      decoderLoss: known.length === 0 ? null : meanOver(known),
      leftOut: over(({ leftOut }) => leftOut?.[depth] ?? 0).value,
      isCounted: depth <= counted,
    };
  });
}

/** Mean over draws; of one draw the error is unknown, of equal values it is 0. NaN when one draw has no value. */
export function meanOver(values: readonly number[]): Estimate {
  if (values.some(Number.isNaN)) {
    return { value: Number.NaN, stderr: null, n: values.length, method: "undefined in some draws" };
  }
  if (values.every((value) => value === values[0])) {
    const value = values[0] as number;
    return values.length === 1
      ? { value, stderr: null, n: 1, method: "one draw" }
      : { value, stderr: 0, n: values.length, method: `equal in ${values.length} draws` };
  }
  return { ...meanWithError(values), method: `mean over ${values.length} draws` };
}
