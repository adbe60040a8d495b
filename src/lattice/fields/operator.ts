/**
 * The scalar field on the cells of a hyperbolic tiling: (w (p - A) + m^2) phi = source with phi = 0 outside the patch
 * (Dirichlet). A is the adjacency matrix; w turns the sum over differences into the Laplacian at curvature -1. After Basteiro et
 * al. (Phys. Rev. Lett. 130, 091604, 2023) and Asaduzzaman et al. (Phys. Rev. D 102, 034511, 2020).
 */
import { SpecError } from "../../base/index.ts";
import { cellGeometry, type Tiling } from "../tiling/index.ts";

/**
 * How the weight w of the lattice Laplacian is chosen. "second-order": exact for functions that are quadratic near the cell,
 * w = 1 / (p tanh^2(h/2)) with the centre distance h. "finite-element": linear elements on the dual triangles, q = 3 only. Or a
 * number, such as the one `calibrateWeight` gives.
 */
export type LaplacianWeight = "second-order" | "finite-element" | number;

/** A symmetric positive operator on the cells of a patch. */
export interface FieldOperator {
  readonly tiling: Tiling;
  readonly weight: number;
  readonly massSquared: number;
  /** w p + m^2, the same for every cell: bonds that leave the patch end on phi = 0. */
  readonly diagonal: number;
  /** out = (w (p - A) + m^2) x. */
  apply(x: ArrayLike<number>, out: Float64Array): Float64Array;
}

/**
 * The weight w of the lattice Laplacian sum_j w (f_j - f_i) on the cells of {p,q}.
 *
 * @throws SpecError when {p,q} is not hyperbolic, for "finite-element" unless q = 3, or a weight that is not positive.
 * @source second order: the mean of f over a circle of radius h is f + tanh^2(h/2) Lap f + O(h^4) at curvature -1; finite
 *   elements: half the sum of cotangents of the angles pi/3 of flat equilateral triangles over the dual cell's area.
 * @example
 * ```ts
 * import { laplacianWeight } from "isinglass/lattice";
 * laplacianWeight(7, 3); // => 0.578417
 * ```
 */
export function laplacianWeight(p: number, q: number, kind: LaplacianWeight = "second-order"): number {
  const { centreDistance } = cellGeometry(p, q);
  if (kind === "second-order") return 1 / (p * Math.tanh(centreDistance / 2) ** 2);
  if (kind === "finite-element") {
    if (q !== 3)
      throw new SpecError(
        `field on {${p},${q}}: finite elements need a dual of triangles, expected q = 3, received q = ${q}`,
        { hint: "use the second-order weight" },
      );
    // p dual triangles {3,p} of area pi (1 - 6/p) meet at a centre; a third of each belongs to it
    return 1 / Math.sqrt(3) / ((p * Math.PI * (1 - 6 / p)) / 3);
  }
  if (!(kind > 0) || !Number.isFinite(kind))
    throw new SpecError(`field on {${p},${q}}: received weight ${kind}, expected a number above 0`);
  return kind;
}

/** Options of `createFieldOperator`. */
export interface FieldOptions {
  /** m^2; default 0. */
  readonly massSquared?: number;
  /** Default "second-order". */
  readonly weight?: LaplacianWeight;
}

/**
 * The operator w (p - A) + m^2 with Dirichlet conditions outside the patch.
 *
 * @param tiling any patch; every cell counts p bonds, those that leave it end on phi = 0.
 * @throws SpecError as `laplacianWeight`, and for a mass that is no number.
 * @example
 * ```ts
 * import { buildTiling, createFieldOperator } from "isinglass/lattice";
 * createFieldOperator(buildTiling(7, 3, 3), { massSquared: 1 }).diagonal; // => 5.048917
 * ```
 */
export function createFieldOperator(tiling: Tiling, options: FieldOptions = {}): FieldOperator {
  const { massSquared = 0 } = options;
  const { p, q, cells, offsets, neighbours } = tiling;
  if (!Number.isFinite(massSquared))
    throw new SpecError(`field on {${p},${q}}: received m^2 = ${massSquared}, expected a number`);
  const weight = laplacianWeight(p, q, options.weight);
  const diagonal = weight * p + massSquared;
  return {
    tiling,
    weight,
    massSquared,
    diagonal,
    apply(x, out) {
      for (let i = 0; i < cells; i++) {
        let sum = 0;
        const end = offsets[i + 1] as number;
        for (let k = offsets[i] as number; k < end; k++) sum += x[neighbours[k] as number] as number;
        out[i] = diagonal * (x[i] as number) - weight * sum;
      }
      return out;
    },
  };
}
