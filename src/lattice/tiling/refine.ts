/**
 * Refinement of a tiling by triangles: every triangle is cut into four at the midpoints of its geodesic edges, as often as
 * wanted. The corner triangles are not congruent to the middle one, since hyperbolic triangles do not scale; angles and areas
 * are those of true geodesics, so that the area is kept exactly.
 */
import { BudgetError, SpecError } from "../../base/index.ts";
import { midpoint } from "./geodesics.ts";
import { type Placement, verticesOf } from "./geometry.ts";
import { meshOf } from "./mesh.ts";
import type { Point } from "./moebius.ts";

/** A mesh of geodesic triangles in the Poincare disc. */
export interface TriangleMesh {
  /** How often it was refined. */
  readonly level: number;
  readonly triangles: number;
  readonly vertices: number;
  /** x, y of each vertex. */
  readonly positions: Float64Array;
  /** Three vertices a triangle, counter-clockwise. Children of triangle t are 4t .. 4t + 3, the middle one last. */
  readonly corners: Uint32Array;
  /** The cell of the tiling that each triangle lies in. */
  readonly cellOf: Uint32Array;
}

/** Triangles that a refinement may have. */
const MOST_TRIANGLES = 2 ** 25;

/**
 * Refines a tiling {3,q} `times` times: 4^times triangles a cell.
 *
 * @throws SpecError when p is not 3 or `times` is no integer from 0; BudgetError above 2^25 triangles.
 * @cost O(4^times cells) time and memory.
 * @example
 * ```ts
 * import { buildTiling, placeCells, refineTriangles } from "isinglass/lattice";
 * refineTriangles(placeCells(buildTiling(3, 7, 4)), 2).triangles; // => 352
 * ```
 */
export function refineTriangles(placement: Placement, times: number): TriangleMesh {
  const { tiling } = placement;
  const { p, q, cells } = tiling;
  if (p !== 3)
    throw new SpecError(`refinement is for triangles: tiling {${p},${q}} has cells with ${p} edges`, {
      hint: `use --p 3, for example {3,${Math.max(7, p)}}`,
    });
  if (!Number.isInteger(times) || times < 0)
    throw new SpecError(`refinement: received ${times} times, expected an integer of at least 0`);
  const triangles = cells * 4 ** times;
  if (triangles > MOST_TRIANGLES)
    throw new BudgetError(
      `refining ${cells} triangles ${times} times gives ${triangles.toPrecision(4)}, at most ${MOST_TRIANGLES} are allowed`,
      { hint: "refine less often or use fewer layers", data: { triangles, most: MOST_TRIANGLES } },
    );
  const { corners, vertices } = meshOf(tiling);
  const positions = new Float64Array(2 * vertices);
  for (let c = 0; c < cells; c++)
    verticesOf(placement, c).forEach(({ x, y }, e) => {
      positions.set([x, y], 2 * (corners[3 * c + e] as number));
    });
  const cellOf = Uint32Array.from({ length: cells }, (_, c) => c);
  let mesh: TriangleMesh = { level: 0, triangles: cells, vertices, positions, corners, cellOf };
  for (let level = 0; level < times; level++) mesh = refineOnce(mesh);
  return mesh;
}

function refineOnce({ level, triangles, vertices, positions, corners, cellOf }: TriangleMesh): TriangleMesh {
  const xy = Array.from(positions);
  const middles = new Map<number, number>();
  const middle = (a: number, b: number): number => {
    const key = a < b ? a * vertices + b : b * vertices + a;
    const known = middles.get(key);
    if (known !== undefined) return known;
    const { x, y } = midpoint(pointAt(positions, a), pointAt(positions, b));
    const vertex = xy.push(x, y) / 2 - 1;
    middles.set(key, vertex);
    return vertex;
  };
  const finer = new Uint32Array(12 * triangles);
  for (let t = 0; t < triangles; t++) {
    const [a, b, c] = corners.subarray(3 * t, 3 * t + 3) as unknown as [number, number, number];
    const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
    finer.set([a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca], 12 * t);
  }
  return {
    level: level + 1,
    triangles: 4 * triangles,
    vertices: xy.length / 2,
    positions: Float64Array.from(xy),
    corners: finer,
    cellOf: Uint32Array.from({ length: 4 * triangles }, (_, t) => cellOf[t >> 2] as number),
  };
}

/** A vertex of a mesh. */
export function pointAt(positions: Float64Array, vertex: number): Point {
  return { x: positions[2 * vertex] as number, y: positions[2 * vertex + 1] as number };
}
