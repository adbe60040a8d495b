/**
 * The activation at the end of a decoder: one whose values are those the block's input can take, so that the decoder
 * neither has to leave its range nor wastes any of it (arXiv 2406.12916 uses tanh for tanh networks and ReLU for VGG).
 */
import { type Activation, resolveActivation } from "../../../networks/index.ts";
import type { Interval } from "../range.ts";

/** An activation and why it was chosen. */
export interface DecoderActivation {
  readonly name: "tanh" | "sigmoid" | "relu" | "linear";
  readonly reason: string;
  readonly build: Activation["build"];
}

/** The activation for targets in a range. */
export function activationFor([low, high]: Interval): DecoderActivation {
  const choose = (name: DecoderActivation["name"], range: string): DecoderActivation => ({
    name,
    reason: `${name}, because the input of the block lies in ${range}`,
    build: resolveActivation(name).build,
  });
  if (low >= 0 && high <= 1) return choose("sigmoid", "[0, 1]");
  if (low >= -1 && high <= 1) return choose("tanh", "[-1, 1]");
  if (low >= 0) return choose("relu", "[0, infinity)");
  return {
    name: "linear",
    reason: "linear, because the input of the block has no bounds that an activation keeps",
    build: (_, x) => x,
  };
}
