/**
 * Covariances between positions of images, as networks of convolutions need them: one image against n others, entries
 * [left position][right position][n] or, where only equal positions matter, [position][n]. Sums over positions and activations
 * run on all threads; see assembly/positions.ts.
 */
import type { Core } from "./core.ts";
import { LAYER_KINDS, type WideLayer, type WideTable } from "./wide-layer.ts";

/** Which pairs of positions a sum reads. */
export type PositionMode = "same" | "alike" | "free";

/** y[p] = shift + scale sum_t x[table[p][t]] for left and right positions: weights and pools. */
export interface PositionSum {
  /** "same": equal positions only; "alike": both sides move by the same tap; "free": independently (pools). */
  readonly mode: PositionMode;
  readonly outs: number;
  readonly ins: number;
  readonly taps: number;
  /** Position that tap t of output p reads, [outs, taps]; -1: none. */
  readonly table: Int32Array;
  readonly scale: number;
  readonly shift: number;
  /** What Theta gains behind weights, gain K + offset with the new K; null: no weights. */
  readonly tangent: { readonly gain: number; readonly offset: number } | null;
}

/** An activation with the factors of all positions: `rows[f][position]`, `columns[f][position n + j]`. */
export interface PositionLayer {
  readonly kind: WideLayer["kind"];
  readonly parameters: readonly [number, number];
  readonly rows: readonly Float64Array[];
  readonly columns: readonly Float64Array[];
  readonly table: WideTable | null;
}

/** Covariances in the memory of the kernels. */
export interface PositionState {
  readonly k: number;
  readonly theta: number;
  readonly positions: number;
}

/** One image against n others. States are freed with the session, or sooner by `free`. */
export interface PositionSession {
  /** A state whose K `fill` writes and whose Theta is 0. */
  create(positions: number, fill: (k: Float64Array) => void): PositionState;
  sum(state: PositionState, sum: PositionSum): PositionState;
  /** K <- V and Theta <- S Theta, in place. */
  activate(state: PositionState, layer: PositionLayer): void;
  copy(state: PositionState): PositionState;
  /** a <- a + b. */
  add(a: PositionState, b: PositionState): void;
  /** A view that the next call may invalidate. */
  view(state: PositionState): Float64Array;
  viewTheta(state: PositionState): Float64Array;
  free(state: PositionState): void;
}

/** Opens sessions: `isAll` for all pairs of positions, `count` images on the right. */
export type OpenPositions = <T>(isAll: boolean, count: number, work: (session: PositionSession) => T) => T;

const MODES = ["same", "alike", "free"] as const;
/** Operations per entry, roughly: decides whether threads are worth it. */
const ACTIVATION_FLOPS = 60;

export function createPositions(core: Core): OpenPositions {
  return (isAll, count, work) => {
    const top = core.enter();
    try {
      return work(openSession(core, isAll, count));
    } finally {
      core.leave(top);
    }
  };
}

function openSession(core: Core, isAll: boolean, n: number): PositionSession {
  const spare = new Map<number, number[]>();
  const entries = (positions: number): number => (isAll ? positions * positions : positions) * n;
  const take = (numbers: number): number => spare.get(numbers)?.pop() ?? core.allocateDoubles(numbers + 2);
  const give = (pointer: number, numbers: number): void => {
    spare.set(numbers, [...(spare.get(numbers) ?? []), pointer]);
  };
  const make = (positions: number): PositionState => ({
    k: take(entries(positions)),
    theta: take(entries(positions)),
    positions,
  });
  const view = ({ k, positions }: PositionState): Float64Array => core.floats(k, entries(positions));
  const viewTheta = ({ theta, positions }: PositionState): Float64Array =>
    core.floats(theta, entries(positions));
  const free = ({ k, theta, positions }: PositionState): void => {
    give(k, entries(positions));
    give(theta, entries(positions));
  };
  /** Where gain K + offset is: K itself in the NTK parametrisation, else it is written to Theta's place; 0: nothing to add. */
  const addendOf = (next: PositionState, tangent: PositionSum["tangent"]): number => {
    if (tangent === null) return 0;
    const { gain, offset } = tangent;
    if (gain === 1 && offset === 0) return next.k;
    const k = view(next);
    const theta = viewTheta(next);
    for (let at = 0; at < k.length; at++) theta[at] = gain * (k[at] as number) + offset;
    return next.theta;
  };
  return {
    create(positions, fill) {
      const state = make(positions);
      fill(view(state));
      viewTheta(state).fill(0);
      return state;
    },
    sum(state, { mode, outs, ins, taps, table, scale, shift, tangent }) {
      const next = make(outs);
      const top = core.save();
      const pointer = core.allocate(table.byteLength);
      core.integers(pointer, table.length).set(table);
      const reads = mode === "free" ? taps * taps : taps;
      const flops = 2 * entries(outs) * reads;
      const run = (from: number, addend: number, add: number, to: number): void => {
        const index = MODES.indexOf(mode);
        core.parallel(
          "sumPositions",
          flops,
          index,
          outs,
          ins,
          taps,
          pointer,
          scale,
          add,
          from,
          addend,
          to,
          n,
        );
      };
      run(state.k, 0, shift, next.k);
      run(state.theta, addendOf(next, tangent), 0, next.theta);
      core.restore(top);
      free(state);
      return next;
    },
    activate: (state, layer) => activate(core, isAll, n, entries(state.positions), state, layer),
    copy(state) {
      const next = make(state.positions);
      view(next).set(view(state));
      viewTheta(next).set(viewTheta(state));
      return next;
    },
    add(a, b) {
      core.wasm.axpy(entries(a.positions), 1, b.k, a.k);
      core.wasm.axpy(entries(a.positions), 1, b.theta, a.theta);
      free(b);
    },
    view,
    viewTheta,
    free,
  };
}

function activate(
  core: Core,
  isAll: boolean,
  n: number,
  entries: number,
  { k, theta, positions }: PositionState,
  { kind, parameters, rows, columns, table }: PositionLayer,
): void {
  const top = core.save();
  const rowFactors = core.allocateDoubles(Math.max(1, rows.length * positions));
  const columnFactors = core.allocateDoubles(columns.length * positions * n + 2);
  rows.forEach((factor, f) => {
    core.floats(rowFactors + f * positions * 8, positions).set(factor);
  });
  columns.forEach((factor, f) => {
    core.floats(columnFactors + f * positions * n * 8, positions * n).set(factor);
  });
  let series = 0;
  if (table !== null) {
    const size = 2 * table.size * table.terms;
    series = core.allocateDoubles(positions * size);
    for (let p = 0; p < positions; p++) table.series(p, core.floats(series + p * size * 8, size));
  }
  const own = table === null ? parameters : [table.terms, table.size / 2];
  const program = core.push(Float64Array.of(LAYER_KINDS.indexOf(kind), 0, 1, 0, 0, ...own, series, 0, 0));
  const bytes = core.wasm.wideWorkBytes();
  const work = core.allocate(bytes * core.threads);
  const flops = entries * ACTIVATION_FLOPS;
  core.parallel(
    "activatePositions",
    flops,
    isAll ? 1 : 0,
    positions,
    n,
    k,
    theta,
    program,
    rowFactors,
    columnFactors,
    work,
    bytes,
  );
  core.restore(top);
}
