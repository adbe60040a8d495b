/**
 * From a dense network to the numbers that the fast kernels of `loadKernels` work with: for every layer the affine map, the
 * kind of average, and the factors that belong to one input each, from the recursion of the diagonal K(x, x).
 */
import type { WideLayer, WideTable } from "../../kernels/index.ts";
import type { Activation } from "../../networks/index.ts";
import { chebyshevPolynomials } from "./chebyshev.ts";
import { type DualTable, dualTable } from "./dual-table.ts";
import { dualsOf } from "./recursion.ts";
import type { DenseKernelSpec, DualActivation, LayerMap } from "./types.ts";

/** K and Theta of inputs with themselves after the last layer. */
export interface KernelDiagonal {
  readonly nngp: Float64Array;
  readonly ntk: Float64Array;
}

/** A prepared network. */
export interface DensePlan {
  /** Layers behind the first affine map; null where an activation has neither a closed form nor an accurate table. */
  readonly layers: readonly WideLayer[] | null;
  readonly rows: KernelDiagonal;
  readonly columns: KernelDiagonal;
  readonly methods: readonly string[];
}

/** An average of two inputs, and how it is named in results. */
export interface Average {
  readonly kind: WideLayer["kind"];
  readonly parameters: readonly [number, number];
  readonly table: DualTable | null;
  readonly method: string;
}

/**
 * @param rows, columns x.x / N0 of the inputs; the same array means a symmetric matrix
 * @param tables whether there are enough pairs to be worth a table
 */
export function planDense(
  spec: DenseKernelSpec,
  maps: readonly LayerMap[],
  rows: Float64Array,
  columns: Float64Array,
  tables: boolean,
): DensePlan {
  const duals = dualsOf(spec.activations);
  const [start, ...rest] = maps as [LayerMap, ...LayerMap[]];
  const begin = (meanSquare: Float64Array): KernelDiagonal => ({
    nngp: meanSquare.map((x) => start.b + start.w * x),
    ntk: meanSquare.map((x) => start.rb + start.rw * x),
  });
  let first = begin(rows);
  let second = rows === columns ? first : begin(columns);
  const layers: WideLayer[] = [];
  const methods = new Set<string>();
  let isFast = true;
  rest.forEach((map, l) => {
    const activation = spec.activations[l] as Activation;
    const dual = duals[l] as DualActivation;
    const average = averageOf(activation, dual, first.nngp, second.nngp, tables);
    if (average === null) isFast = false;
    else {
      layers.push({
        ...map,
        kind: average.kind,
        parameters: average.parameters,
        rowFactors: factorsOf(average, first.nngp),
        columnFactors: columnFactorsOf(average, second.nngp),
        table: average.table === null ? null : tableOf(average.table, first.nngp),
      });
    }
    methods.add(`${activation.name}: ${average?.method ?? dual.method}`);
    const next = advance(map, dual, first);
    second = second === first ? next : advance(map, dual, second);
    first = next;
  });
  return { layers: isFast ? layers : null, rows: first, columns: second, methods: [...methods] };
}

/** The diagonal one layer on; equal variances are worked out once. */
function advance({ b, w, rb, rw }: LayerMap, dual: DualActivation, before: KernelDiagonal): KernelDiagonal {
  const known = new Map<number, readonly [number, number]>();
  const nngp = new Float64Array(before.nngp.length);
  const ntk = new Float64Array(before.nngp.length);
  before.nngp.forEach((q, i) => {
    let pair = known.get(q);
    if (pair === undefined) {
      const { value, slope } = dual.diagonal(q);
      pair = [value, slope];
      known.set(q, pair);
    }
    nngp[i] = b + w * pair[0];
    ntk[i] = rb + rw * pair[0] + w * pair[1] * (before.ntk[i] as number);
  });
  return { nngp, ntk };
}

/** The fast average of an activation on inputs of these variances; null where there is none. */
export function averageOf(
  activation: Activation,
  { method }: DualActivation,
  rows: Float64Array,
  columns: Float64Array,
  tables: boolean,
): Average | null {
  const none = { table: null, method };
  if (activation.degree === 1) {
    const [up, down] = [activation.f(1), -activation.f(-1)];
    return up === down
      ? { kind: "linear", parameters: [up * up, 0], ...none }
      : { kind: "half-lines", parameters: [(up - down) ** 2 / (2 * Math.PI), -up * down], ...none };
  }
  if (activation.name === "erf") return { kind: "erf", parameters: [0, 0], ...none };
  if (activation.name === "gelu") return { kind: "gelu", parameters: [0, 0], ...none };
  if (activation.name === "sin") return { kind: "sine", parameters: [0, 0], ...none };
  const { low, high } = rangeOf(rows, columns);
  // a deviation of 0 has no angle
  if (!tables || !(low > 0)) return null;
  const table = dualTable(activation, { low: Math.sqrt(low), high: Math.sqrt(high) });
  if (table === null) return null;
  const accuracy = Math.max(table.error, 1e-12).toExponential(0);
  const kind = table.variable === "angle" ? "angle-table" : "table";
  return { kind, parameters: [0, 0], table, method: `Chebyshev table (measured error ${accuracy})` };
}

function rangeOf(rows: Float64Array, columns: Float64Array): { low: number; high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const list of rows === columns ? [rows] : [rows, columns]) {
    for (const q of list) {
      if (q < low) low = q;
      if (q > high) high = q;
    }
  }
  return { low, high };
}

/** The factors of an input of variance q, see assembly/wide.ts. */
export function factorsOf({ kind }: Average, variances: Float64Array): Float64Array[] {
  const inverse = (q: number): number => (q > 0 ? 1 / Math.sqrt(q) : 0);
  if (kind === "half-lines") return [variances.map(inverse), variances.map(Math.sqrt)];
  if (kind === "erf") return [variances.map((q) => Math.sqrt(2 / (1 + 2 * q)))];
  if (kind === "gelu") return [variances.map((q) => 1 / Math.sqrt(1 + q)), Float64Array.from(variances)];
  if (kind === "sine") return [variances.map((q) => q / 2)];
  return kind === "linear" ? [] : [variances.map(inverse)];
}

/** The factors of inputs on the columns' side: those, then the polynomials of a table. */
export function columnFactorsOf(average: Average, variances: Float64Array): Float64Array[] {
  const factors = factorsOf(average, variances);
  const { table } = average;
  if (table === null) return factors;
  const size = evenSize(table);
  const basis = Array.from({ length: size }, () => new Float64Array(variances.length));
  variances.forEach((q, j) => {
    chebyshevPolynomials(table.size, Math.sqrt(q), table.deviations).forEach((value, a) => {
      (basis[a] as Float64Array)[j] = value;
    });
  });
  return [...factors, ...basis];
}

const evenSize = ({ size }: DualTable): number => size + (size % 2);

/** Series of one row, contracted over its own deviation. */
export function tableOf(table: DualTable, variances: Float64Array): WideTable {
  const { size, terms, deviations, values, slopes } = table;
  return {
    terms,
    size: evenSize(table),
    series: (row, out) => {
      out.fill(0);
      const own = chebyshevPolynomials(size, Math.sqrt(variances[row] as number), deviations);
      for (let b = 0; b < size; b++) {
        const start = (b >> 1) * terms * 4 + (b % 2) * 2;
        for (let a = 0; a < size; a++) {
          const weight = own[a] as number;
          const from = (a * size + b) * terms;
          for (let n = 0; n < terms; n++) {
            const at = start + 4 * n;
            out[at] = (out[at] as number) + weight * (values[from + n] as number);
            out[at + 1] = (out[at + 1] as number) + weight * (slopes[from + n] as number);
          }
        }
      }
    },
  };
}
