/** Arguments that all theory commands share: an activation and two variances. */
import type { ArgsDef } from "citty";
import { SpecError } from "../base/index.ts";
import { type Activation, resolveActivation } from "../networks/activations/index.ts";
import type { Arguments } from "./command.ts";
import { readNumber, readText, requireNumber } from "./options.ts";

/** `--activation`. */
export const ACTIVATION_OPTION: ArgsDef = {
  activation: {
    type: "string",
    valueHint: "NAME",
    description:
      "a name (tanh, relu, gelu, leaky-relu:0.1 ...) or an expression of x such as 'x*sigmoid(1.5*x)'",
  },
};

/** `--bias-variance`. */
export const BIAS_OPTION: ArgsDef = {
  "bias-variance": { type: "string", valueHint: "B", default: "0", description: "bias variance, at least 0" },
};

/** `--weight-variance`. */
export const WEIGHT_OPTION: ArgsDef = {
  "weight-variance": { type: "string", valueHint: "W", description: "weight variance times fan-in, above 0" },
};

/** Reads `--activation`; throws SpecError when it is missing or unknown. */
export function readActivation(args: Arguments, command: string): Activation {
  const text = readText(args, "activation");
  if (text === undefined) {
    throw new SpecError(`${command}: --activation is missing, expected a name or an expression of x`, {
      hint: `isinglass ${command} --activation tanh`,
    });
  }
  return resolveActivation(text);
}

/** Reads `--weight-variance`. */
export function readWeightVariance(args: Arguments, command: string): number {
  const example = `isinglass ${command} --activation tanh --weight-variance 1.5`;
  return requireNumber(args, "weight-variance", { min: 0, open: true }, example);
}

/** Reads `--bias-variance`; 0 when it is not given. */
export function readBiasVariance(args: Arguments): number {
  return readNumber(args, "bias-variance", { min: 0 }) ?? 0;
}
