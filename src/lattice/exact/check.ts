/** The one check that all solutions share. */
import { SpecError } from "../../base/index.ts";

/**
 * Inverse temperature K = 1/T.
 * @throws SpecError unless T is a positive number.
 */
export function inverseTemperature(temperature: number): number {
  if (!(temperature > 0) || !Number.isFinite(temperature))
    throw new SpecError(
      `temperature: received ${temperature}, expected a number above 0 (in units of J / k)`,
      {
        hint: "the square lattice is critical at 2.269185",
      },
    );
  return 1 / temperature;
}
