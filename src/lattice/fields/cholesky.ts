/**
 * Sparse Cholesky factorisation of a field operator by the multifrontal method (Duff and Reid, ACM Trans. Math. Softw. 9, 302,
 * 1983) in minimum-degree order. Hyperbolic patches fall apart when a few bonds are cut, so that the factor has
 * O(cells log cells) entries: one factorisation serves thousands of sources.
 */
import { ConvergenceError } from "../../base/index.ts";
import { type EliminationPlan, planElimination } from "../exact/index.ts";
import type { FieldOperator } from "./operator.ts";

/** The factor L of P A P^T = L L^T, ready to solve. */
export interface FieldFactor {
  readonly operator: FieldOperator;
  /** Entries of L below its diagonal. */
  readonly fill: number;
  /** log det of the operator. */
  readonly logDeterminant: number;
  /** Solves A x = b; b is not changed. */
  solve(b: ArrayLike<number>): Float64Array;
}

/**
 * Factorises the operator.
 *
 * @throws ConvergenceError when it is not positive definite: m^2 is below the instability threshold of this patch.
 * @accuracy about 1e-14 relative. Cost: a second for 50000 cells.
 * @example
 * ```ts
 * import { buildTiling, createFieldOperator, factorField } from "isinglass/lattice";
 * const factor = factorField(createFieldOperator(buildTiling(7, 3, 1), { massSquared: 1 }));
 * factor.solve([1]); // => [0.198062]
 * ```
 */
export function factorField(operator: FieldOperator): FieldFactor {
  const { tiling } = operator;
  const { cells, offsets, neighbours } = tiling;
  const adjacency = Array.from({ length: cells }, (_, i) => [
    ...neighbours.subarray(offsets[i] as number, offsets[i + 1] as number),
  ]);
  const plan = planElimination(adjacency);
  const { columns, diagonal } = factorize(operator, plan);
  const { order, fronts } = plan;
  let logDeterminant = 0;
  for (const d of diagonal) logDeterminant += 2 * Math.log(d);
  return {
    operator,
    fill: columns.reduce((sum, column) => sum + column.length, 0),
    logDeterminant,
    solve(b) {
      const x = Float64Array.from(b);
      for (let step = 0; step < cells; step++) {
        const i = order[step] as number;
        const front = fronts[step] as Uint32Array;
        const column = columns[step] as Float64Array;
        const value = (x[i] as number) / (diagonal[step] as number);
        x[i] = value;
        for (let k = 0; k < front.length; k++) {
          const j = front[k] as number;
          x[j] = (x[j] as number) - (column[k] as number) * value;
        }
      }
      for (let step = cells - 1; step >= 0; step--) {
        const i = order[step] as number;
        const front = fronts[step] as Uint32Array;
        const column = columns[step] as Float64Array;
        let value = x[i] as number;
        for (let k = 0; k < front.length; k++)
          value -= (column[k] as number) * (x[front[k] as number] as number);
        x[i] = value / (diagonal[step] as number);
      }
      return x;
    },
  };
}

/** Columns of L below the diagonal, aligned with the fronts of the plan. */
function factorize(
  { tiling, diagonal: own, weight, massSquared }: FieldOperator,
  { order, fronts, absorbed }: EliminationPlan,
): { columns: Float64Array[]; diagonal: Float64Array } {
  const { p, q, cells, offsets, neighbours } = tiling;
  const columns: Float64Array[] = [];
  const diagonal = new Float64Array(cells);
  // update matrices wait until the step that absorbs them
  const updates: (Float64Array | null)[] = new Array(cells).fill(null);
  const place = new Int32Array(cells).fill(-1);
  for (let step = 0; step < cells; step++) {
    const pivot = order[step] as number;
    const rest = fronts[step] as Uint32Array;
    const size = rest.length + 1;
    const front = new Float64Array(size * size);
    place[pivot] = 0;
    for (let k = 0; k < rest.length; k++) place[rest[k] as number] = k + 1;
    for (const child of absorbed[step] as Uint32Array) {
      addUpdate(front, size, updates[child] as Float64Array, fronts[child] as Uint32Array, place);
      updates[child] = null;
    }
    front[0] = (front[0] as number) + own;
    for (let k = offsets[pivot] as number; k < (offsets[pivot + 1] as number); k++) {
      // neighbours eliminated before brought this entry with their update
      const at = place[neighbours[k] as number] as number;
      if (at > 0) front[at * size] = (front[at * size] as number) - weight;
    }
    place[pivot] = -1;
    for (const j of rest) place[j] = -1;
    const square = front[0] as number;
    if (!(square > 0))
      throw new ConvergenceError(
        `field on {${p},${q}} with ${cells} cells: m^2 = ${massSquared} is below the instability threshold of this patch`,
        { hint: "raise m^2; measureThreshold gives the threshold", data: { massSquared, pivot: square } },
      );
    const root = Math.sqrt(square);
    diagonal[step] = root;
    const column = new Float64Array(rest.length);
    for (let k = 0; k < rest.length; k++) column[k] = (front[(k + 1) * size] as number) / root;
    columns.push(column);
    updates[step] = schurComplement(front, size, column);
  }
  return { columns, diagonal };
}

/** Lower triangle of the rest of a front minus the outer product of the pivot column. */
function schurComplement(front: Float64Array, size: number, column: Float64Array): Float64Array {
  const inner = size - 1;
  const out = new Float64Array(inner * inner);
  for (let r = 0; r < inner; r++) {
    const left = column[r] as number;
    for (let c = 0; c <= r; c++)
      out[r * inner + c] = (front[(r + 1) * size + c + 1] as number) - left * (column[c] as number);
  }
  return out;
}

function addUpdate(
  front: Float64Array,
  size: number,
  update: Float64Array,
  members: Uint32Array,
  place: Int32Array,
): void {
  const inner = members.length;
  for (let r = 0; r < inner; r++) {
    const a = place[members[r] as number] as number;
    for (let c = 0; c <= r; c++) {
      const b = place[members[c] as number] as number;
      const at = a > b ? a * size + b : b * size + a;
      front[at] = (front[at] as number) + (update[r * inner + c] as number);
    }
  }
}
