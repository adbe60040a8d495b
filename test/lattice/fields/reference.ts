/** Reference values of test/fixtures/lattice-fields.json. */
import { readFileSync } from "node:fs";

type Row = readonly number[];

export const reference = JSON.parse(
  readFileSync(new URL("../../fixtures/lattice-fields.json", import.meta.url), "utf8"),
) as {
  readonly weights: readonly (readonly [p: number, q: number, w: number])[];
  readonly thresholds: readonly (readonly [
    p: number,
    q: number,
    layers: number,
    lambda: number,
    m2: number,
  ])[];
  readonly limits: readonly (readonly [p: number, q: number, limit: number])[];
  readonly disc: readonly (readonly [radius: number, eigenvalue: number])[];
  readonly radii: readonly Row[];
  readonly correlators: readonly {
    readonly p: number;
    readonly q: number;
    readonly layers: number;
    readonly massSquared: readonly number[];
    readonly boundary: readonly number[];
    readonly bulk: readonly number[] | null;
  }[];
};
