/** What the effective action refuses. */
import { ConvergenceError, SpecError } from "../../base/index.ts";
import type { EffectiveActionOptions, RegressionTask } from "./types.ts";

/** Throws SpecError for a width, temperature or precision out of range. */
export function checkOptions({
  width,
  temperature,
  weightPrecision = 1,
  readoutPrecision = 1,
}: EffectiveActionOptions): void {
  if (!(width > 0 && Number.isFinite(width))) {
    throw new SpecError(
      `effective action: received width ${width}, expected a number of hidden units above 0`,
    );
  }
  checkPrior("effective action", { temperature, weightPrecision, readoutPrecision });
}

/** Throws SpecError for a temperature below 0 or a precision of 0 or less. */
export function checkPrior(
  where: string,
  {
    temperature,
    weightPrecision,
    readoutPrecision,
  }: { readonly temperature: number; readonly weightPrecision: number; readonly readoutPrecision: number },
): void {
  if (!(temperature >= 0 && Number.isFinite(temperature))) {
    throw new SpecError(`${where}: received temperature ${temperature}, expected at least 0`);
  }
  if (!(weightPrecision > 0 && readoutPrecision > 0)) {
    throw new SpecError(
      `${where}: received precisions ${weightPrecision} and ${readoutPrecision}, expected them above 0`,
    );
  }
}

/** Throws ConvergenceError naming the first target that is not finite. */
export function checkTargets({ targets, testTargets }: RegressionTask): void {
  for (const [name, values] of [
    ["y", targets],
    ["ytest", testTargets],
  ] as const) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw new ConvergenceError(
        `effective action: received ${values[at]} in ${name}[${at}], expected finite targets`,
      );
    }
  }
}
