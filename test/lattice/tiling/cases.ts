/** Every way to grow a patch of a tiling, for tests that hold for all of them. */

/** {p,q}, what joins layers, and what sits in the middle. */
export type PatchCase = readonly [p: number, q: number, by: "edge" | "vertex", centre: "cell" | "vertex"];

/** Tilings that every test runs on. */
export const commonSymbols = [
  [7, 3],
  [3, 7],
  [4, 5],
  [5, 4],
  [8, 3],
  [4, 6],
] as const;

/** Both kinds of layers and both centres of the common tilings and of `more`. */
export function patchCases(...more: readonly (readonly [number, number])[]): PatchCase[] {
  return [...commonSymbols, ...more].flatMap(([p, q]) =>
    (["edge", "vertex"] as const).flatMap((by) =>
      (["cell", "vertex"] as const).map((centre) => [p, q, by, centre] as const),
    ),
  );
}
