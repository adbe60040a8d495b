/**
 * Does a graph lie like a regular tiling {p,q}? Every inner cell has p distinct neighbours, adjacency is mutual, and on both
 * sides of every adjacent pair the q cells round the common vertex close a loop of length q (the test of hypertiling,
 * arXiv 2508.04765, as a walk from both cells that meets half way).
 */
import type { Tiling } from "./build.ts";

/** What is wrong with a cell. */
export interface Violation {
  readonly cell: number;
  /** The neighbour it concerns, or null. */
  readonly neighbour: number | null;
  readonly kind: "range" | "degree" | "duplicate" | "one-way" | "loops";
  /** What was found and what was expected, in words. */
  readonly found: string;
}

/** Result of `checkIntegrity`. */
export interface IntegrityReport {
  readonly isSound: boolean;
  /** The first violations, at most `limit`. */
  readonly violations: readonly Violation[];
  /** Cells whose row was checked. */
  readonly cells: number;
  /** Adjacent pairs round which both loops were walked. */
  readonly pairs: number;
}

/** The part of a tiling that the check reads; `layerStart` says which cells are inner: all but the last layer's. */
export type IntegritySubject = Pick<Tiling, "p" | "q" | "by" | "layerStart" | "offsets" | "neighbours">;

/** Options of `checkIntegrity`. */
export interface IntegrityOptions {
  /** Stop after this many violations. Default 10. */
  readonly limit?: number;
  /** All cells are inner, as on a closed surface; there, loops round a handle count too, if they are as short. Default false. */
  readonly isClosed?: boolean;
}

/**
 * Checks a patch. Loops are walked round the pairs of a cell all of whose vertices are closed.
 *
 * @cost O(cells p + pairs p^floor(q/2)) at worst; the walk only follows cells that can lie on a loop.
 * @example
 * ```ts
 * import { buildTiling, checkIntegrity } from "isinglass/lattice";
 * checkIntegrity(buildTiling(7, 3, 6)).isSound; // => true
 * ```
 */
export function checkIntegrity(tiling: IntegritySubject, options: IntegrityOptions = {}): IntegrityReport {
  const { p, q, by, layerStart, offsets, neighbours } = tiling;
  const { limit = 10, isClosed = false } = options;
  const cells = offsets.length - 1;
  const layers = layerStart.length - 1;
  const inner = isClosed ? cells : (layerStart[layers - 1] as number);
  // a vertex layer closes every vertex of the layers before; an edge layer may leave it open for floor(q/2) layers
  const open = by === "vertex" ? 1 : Math.floor(q / 2);
  const walked = isClosed ? cells : (layerStart[Math.max(0, layers - open)] as number);
  const violations: Violation[] = [];
  const report = (cell: number, neighbour: number | null, kind: Violation["kind"], found: string): void =>
    void violations.push({ cell, neighbour, kind, found });
  const row = (c: number): Uint32Array => neighbours.subarray(offsets[c] as number, offsets[c + 1] as number);
  for (let c = 0; c < cells && violations.length < limit; c++) {
    const mine = row(c);
    if (c < inner ? mine.length !== p : mine.length > p)
      report(c, null, "degree", `${mine.length} neighbours, expected ${c < inner ? p : `at most ${p}`}`);
    for (let k = 0; k < mine.length && violations.length < limit; k++) {
      const other = mine[k] as number;
      if (other >= cells || other === c)
        report(c, other, "range", `neighbour ${other}, expected another cell below ${cells}`);
      else if (mine.indexOf(other) !== k) report(c, other, "duplicate", `neighbour ${other} twice`);
      else if (!row(other).includes(c)) report(c, other, "one-way", `${other} does not list ${c}`);
    }
  }
  let pairs = 0;
  if (violations.length === 0)
    for (let c = 0; c < walked && violations.length < limit; c++)
      for (const other of row(c)) {
        if (other < c && other < walked) continue;
        pairs++;
        const found = countLoops(row, c, other, q);
        if (found === 2) continue;
        report(c, other, "loops", `${found} loops of length ${q} through the pair, expected 2`);
        if (violations.length >= limit) break;
      }
  return { isSound: violations.length === 0, violations, cells, pairs };
}

/**
 * Simple loops of length q through an adjacent pair: disjoint paths of floor(q/2) - 1 and ceil(q/2) - 1 steps from its two
 * cells whose ends are neighbours.
 */
function countLoops(row: (c: number) => Uint32Array, a: number, b: number, q: number): number {
  const byEnd = new Map<number, number[][]>();
  for (const path of pathsFrom(row, a, b, Math.floor(q / 2) - 1)) {
    const end = path.at(-1) as number;
    byEnd.set(end, [...(byEnd.get(end) ?? []), path]);
  }
  let loops = 0;
  for (const other of pathsFrom(row, b, a, Math.ceil(q / 2) - 1))
    for (const end of row(other.at(-1) as number))
      for (const path of byEnd.get(end) ?? []) {
        // for q = 3 the path from a is a alone; the pair's own edge is no loop
        const isPair = path.length === 1 && other.length === 1;
        if (!isPair && !path.some((cell) => other.includes(cell))) loops++;
      }
  return loops;
}

/** Simple paths of `steps` steps from `start` that avoid one cell. */
function pathsFrom(row: (c: number) => Uint32Array, start: number, avoid: number, steps: number): number[][] {
  let paths = [[start]];
  for (let s = 0; s < steps; s++)
    paths = paths.flatMap((path) =>
      [...row(path.at(-1) as number)]
        .filter((cell) => cell !== avoid && !path.includes(cell))
        .map((cell) => [...path, cell]),
    );
  return paths;
}
