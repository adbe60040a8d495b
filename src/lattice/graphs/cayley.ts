/** The Cayley tree: a finite part of the Bethe lattice, on which everything is solvable. */
import { SpecError } from "../../base/index.ts";
import { type Bond, buildGraph, requireSites, type SpinGraph } from "./spin-graph.ts";

/**
 * A tree in which every inner site has `coordination` neighbours; layer 1 is the root alone.
 *
 * @throws SpecError for a coordination below 2 or no layer; BudgetError when it does not fit into memory.
 * @example
 * ```ts
 * import { cayleyTree } from "isinglass/lattice";
 * cayleyTree(3, 4).sites; // => 22
 * ```
 */
export function cayleyTree(coordination: number, layers: number): SpinGraph {
  const name = `cayley:${coordination}:${layers}`;
  if (!Number.isInteger(coordination) || coordination < 2)
    throw new SpecError(`${name}: received coordination ${coordination}, expected an integer of at least 2`);
  if (!Number.isInteger(layers) || layers < 1)
    throw new SpecError(`${name}: received ${layers} layers, expected an integer of at least 1`);
  let sites = 1;
  for (let l = 1, size = coordination; l < layers; l++, size *= coordination - 1) {
    sites += size;
    requireSites(name, sites);
  }
  const bonds: Bond[] = [];
  let first = 0;
  let end = 1;
  for (let l = 1; l < layers; l++) {
    let next = end;
    for (let i = first; i < end; i++) {
      const children = i === 0 ? coordination : coordination - 1;
      for (let c = 0; c < children; c++) bonds.push([i, next++]);
    }
    first = end;
    end = next;
  }
  const boundary = layers === 1 ? [] : Array.from({ length: end - first }, (_, k) => first + k);
  return buildGraph(sites, bonds, { name, boundary, shape: { kind: "cayley", coordination, layers } });
}
