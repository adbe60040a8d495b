/**
 * How many cells a patch of {p,q} will have, without building it, so that memory is known before any is taken.
 *
 * Vertex layers: L_1 = p(q-2), L_j = a L_{j-1} - L_{j-2}, a = (p-2)(q-2) - 2. Edge layers: the filler recurrences of
 * hypertiling (SciPost Phys. Codebases 34, 2024), by the parity of q.
 */
import type { LayerKind } from "./boundary.ts";
import type { Centre } from "./grow.ts";

/** Cells in each of `layers` layers. Exact for a central cell; q times that, an upper bound, for a central vertex. */
export function planLayers(p: number, q: number, layers: number, by: LayerKind, centre: Centre): number[] {
  const sizes = by === "vertex" ? vertexLayers(p, q, layers) : edgeLayers(p, q, layers);
  return centre === "cell" ? sizes : sizes.map((cells) => q * cells);
}

function vertexLayers(p: number, q: number, layers: number): number[] {
  const a = (p - 2) * (q - 2) - 2;
  const sizes = [1, p * (q - 2)];
  for (let j = 2; j < layers; j++) sizes[j] = a * at(sizes, j - 1) - (j === 2 ? 0 : at(sizes, j - 2));
  return sizes.slice(0, layers);
}

function edgeLayers(p: number, q: number, layers: number): number[] {
  if (q === 3) {
    const sizes = [1, p];
    for (let j = 2; j < layers; j++) sizes[j] = (p - 4) * at(sizes, j - 1) - (j === 2 ? 0 : at(sizes, j - 2));
    return sizes.slice(0, layers);
  }
  return (q % 2 === 0 ? edgeLayersEven : edgeLayersOdd)(p, q, layers).slice(0, layers);
}

/** q even: F cells of a layer have two parents. */
function edgeLayersEven(p: number, q: number, layers: number): number[] {
  const delta = q / 2;
  const sizes = [1, p];
  const F: number[] = [];
  F[delta] = p;
  for (let i = 2; i < layers; i++) {
    if (i > delta) F[i] = (p - 2) * (at(sizes, i - delta) - at(F, i - delta)) + (p - 3) * at(F, i - delta);
    sizes[i] = (p - 1) * at(sizes, i - 1) - at(F, i) - at(F, i - 1);
  }
  return sizes;
}

/** q odd: F1 cells have two parents, F2 cells share an edge with a cell of their layer. */
function edgeLayersOdd(p: number, q: number, layers: number): number[] {
  const delta = (q - 1) / 2;
  const sizes = [1, p];
  const F1: number[] = [];
  const F2: number[] = [];
  F2[delta] = 2 * p;
  for (let i = 2; i < layers; i++) {
    if (i > delta) {
      const j = i - delta;
      F1[i] = at(F2, j) / 2;
      F2[i] = 2 * ((p - 2) * (at(sizes, j) - at(F1, j) - at(F2, j)) + (p - 3) * (at(F1, j) + at(F2, j)));
    }
    sizes[i] = (p - 1) * at(sizes, i - 1) - at(F2, i - 1) - at(F1, i) - at(F1, i - 1);
  }
  return sizes;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
