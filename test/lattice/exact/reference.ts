/** Reference values of test/fixtures/lattice-ising.json. */
import { readFileSync } from "node:fs";

type Row = readonly number[];

export const reference = JSON.parse(
  readFileSync(new URL("../../fixtures/lattice-ising.json", import.meta.url), "utf8"),
) as {
  readonly criticalTemperature: number;
  readonly onsager: readonly Row[];
  /** A null temperature is the critical one. */
  readonly kaufman: readonly (readonly [number, number | null, number, number, number])[];
  readonly square4: readonly (readonly [number | null, number, number, number])[];
  readonly free: readonly (readonly [number, number, number, number, readonly number[]])[];
  readonly wired: readonly (readonly [number, number, number, number, number])[];
  readonly wiredLarge: {
    p: number;
    q: number;
    layers: number;
    temperatures: number[];
    magnetization: number[];
  };
  readonly bethe: readonly (readonly [number, number])[];
  readonly bulk: readonly (readonly [number, number, number])[];
  readonly dual: readonly (readonly [number, number])[];
};
