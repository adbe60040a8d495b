/**
 * Phase diagrams: the mean-field theory on a grid of weight and bias variances (Schoenholz et al. 2017, figure 1),
 * painted coarse to fine so that a viewer sees all of it early. A synchronous generator does the work row by row; the
 * asynchronous function drives it, reports progress and obeys an AbortSignal.
 */
import { InterruptedError, type Provenance, SpecError, type WorkOptions } from "../../base/index.ts";
import { type CriticalPolyline, traceCriticalLine, type VarianceWindow } from "./critical-polyline.ts";
import { depthScale } from "./mean-field.ts";
import { type PhaseCell, PhaseCellSolver } from "./phase-cell-solver.ts";
import { poole2016, schoenholz2017 } from "./references.ts";
import { phaseCriterion, phaseOf, type ScalarActivation } from "./types.ts";

/** Ranges and numbers of grid points; both ends of a range are grid points. */
export interface PhaseGrid extends VarianceWindow {
  /** Points along sigmaW2. */
  readonly nx: number;
  /** Points along sigmaB2. */
  readonly ny: number;
}

/** Numbers that stand for phases in `PhaseDiagram.phase`. */
export const phaseCodes: { readonly ordered: -1; readonly critical: 0; readonly chaotic: 1 } = {
  ordered: -1,
  critical: 0,
  chaotic: 1,
};

/** A painted diagram. Matrices are row-major [ny, nx]: entry (j, i) belongs to sigmaB2[j], sigmaW2[i]. */
export interface PhaseDiagram extends Provenance {
  readonly activation: string;
  readonly nx: number;
  readonly ny: number;
  readonly sigmaW2: Float64Array;
  readonly sigmaB2: Float64Array;
  readonly q: Float64Array;
  readonly c: Float64Array;
  readonly chi1: Float64Array;
  readonly xiC: Float64Array;
  readonly xiQ: Float64Array;
  /** -1 ordered, 0 critical, 1 chaotic. */
  readonly phase: Int8Array;
  readonly criticalLine: readonly CriticalPolyline[];
  readonly criterion: string;
}

/** A state of the painting: the diagram so far, coarse blocks where the last pass has not been. */
export interface PhasePainting {
  readonly diagram: PhaseDiagram;
  readonly done: number;
  readonly total: number;
  /** Grid points per block of the current pass: 8, 4, 2, 1. */
  readonly stride: number;
}

/** Options of `paintPhaseDiagram`. */
export interface PhasePaintOptions extends WorkOptions {
  /** Called with the painting so far whenever control goes back to the event loop. */
  readonly onPaint?: (painting: PhasePainting) => void;
}

/** Options of `paintPhasePasses`, for painters that paint often or share a painting. */
export interface PhasePassOptions {
  /** A solver of the same activation; making one is most of the way to the first picture. */
  readonly solver?: PhaseCellSolver;
  /** Paints rows [from, to) only; `from` a multiple of 8, so that blocks stay whole. Other rows stay 0. */
  readonly rows?: readonly [from: number, to: number];
  /** The critical line, where it is known or not wanted. */
  readonly criticalLine?: readonly CriticalPolyline[];
}

/** Block sizes of the passes. */
const strides: readonly number[] = [8, 4, 2, 1];
/** Rows between two visits of the event loop: a few milliseconds of work. */
const rowsPerVisit = 8;

/**
 * Paints a phase diagram, giving way to the event loop every few rows.
 *
 * @param activation - phi.
 * @param grid - ranges, e.g. `{ sigmaW2: [0.5, 4], sigmaB2: [0, 1], nx: 200, ny: 200 }`.
 * @param options - `signal`, `onProgress`, `onPaint`.
 * @returns arrays (q*, chi_1 to 1e-10 relative; c* to 1e-8, or 1e-6 next to c = 1 for activations with kinks) and the
 * critical line; 200 x 200 points of tanh take about 0.5 s, see bench/signal/phase.ts.
 * @throws SpecError for an impossible grid; InterruptedError when aborted.
 * Source: Schoenholz et al. 2017, figure 1.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { paintPhaseDiagram } from "isinglass/signal";
 *
 * const diagram = await paintPhaseDiagram(resolveActivation("tanh"), {
 *   sigmaW2: [1, 3], sigmaB2: [0, 0.2], nx: 9, ny: 5,
 * });
 * diagram.phase[0]; // => 0
 * ```
 */
export async function paintPhaseDiagram(
  activation: ScalarActivation,
  grid: PhaseGrid,
  options: PhasePaintOptions = {},
): Promise<PhaseDiagram> {
  const painter = paintPhasePasses(activation, grid);
  for (let row = 1; ; row++) {
    const step = painter.next();
    if (step.done) return step.value;
    if (row % rowsPerVisit !== 0) continue;
    const { done, total, stride } = step.value;
    options.onProgress?.({ stage: "painting", done, total, note: `blocks of ${stride}` });
    options.onPaint?.(step.value);
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (options.signal?.aborted) {
      throw new InterruptedError(`paintPhaseDiagram: stopped after ${done} of ${total} points.`, {
        hint: "Use onPaint to keep the painting so far.",
        data: { done, total },
      });
    }
  }
}

/**
 * The painter as a generator: yields after each row of each pass, returns the finished diagram. The yielded diagram is
 * the same object throughout and changes in place.
 *
 * @param activation - phi.
 * @param grid - ranges and numbers of points.
 * @param options - what is shared between paintings and painters.
 * @throws SpecError for an impossible grid or impossible rows.
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { paintPhasePasses } from "isinglass/signal";
 *
 * const painter = paintPhasePasses(resolveActivation("erf"), { sigmaW2: [1, 3], sigmaB2: [0, 1], nx: 5, ny: 5 });
 * for (const painting of painter) painting.done;
 * ```
 */
export function* paintPhasePasses(
  activation: ScalarActivation,
  grid: PhaseGrid,
  options: PhasePassOptions = {},
): Generator<PhasePainting, PhaseDiagram> {
  const diagram = emptyDiagram(activation, grid, options.criticalLine);
  const { nx } = diagram;
  const [from, to] = options.rows ?? [0, diagram.ny];
  checkRows(from, to, diagram.ny);
  const solver = options.solver ?? new PhaseCellSolver(activation);
  const cell: PhaseCell = { q: 0, decorrelation: 0, chi1: 0, chiC: 0, chiQ: 0 };
  const total = nx * (to - from);
  let done = 0;
  for (const [pass, stride] of strides.entries()) {
    for (let j = from; j < to; j += stride) {
      for (let i = 0; i < nx; i += stride) {
        const coarser = 2 * stride;
        if (pass > 0 && i % coarser === 0 && j % coarser === 0) continue;
        solver.solve(diagram.sigmaW2[i] as number, diagram.sigmaB2[j] as number, cell);
        fillBlock(diagram, i, j, Math.min(to, j + stride), stride, cell);
        done++;
      }
      yield { diagram, done, total, stride };
    }
  }
  return diagram;
}

/** Writes a cell into the block it stands for; finer passes overwrite the rest. */
function fillBlock(
  diagram: PhaseDiagram,
  i0: number,
  j0: number,
  j1: number,
  stride: number,
  cell: PhaseCell,
): void {
  const { nx } = diagram;
  const xiC = depthScale(cell.chiC);
  const xiQ = depthScale(cell.chiQ);
  const phase = phaseCodes[phaseOf(cell.chi1)];
  for (let j = j0; j < j1; j++) {
    for (let i = i0; i < Math.min(nx, i0 + stride); i++) {
      const at = j * nx + i;
      diagram.q[at] = cell.q;
      diagram.c[at] = 1 - cell.decorrelation;
      diagram.chi1[at] = cell.chi1;
      diagram.xiC[at] = xiC;
      diagram.xiQ[at] = xiQ;
      diagram.phase[at] = phase;
    }
  }
}

function checkRows(from: number, to: number, ny: number): void {
  const blocks = strides[0] as number;
  if (Number.isInteger(to) && from >= 0 && from % blocks === 0 && to > from && to <= ny) return;
  throw new SpecError(
    `phase diagram: received rows ${from} to ${to}, expected a range inside 0 to ${ny} that starts at a multiple of ${blocks}.`,
    { hint: "For two painters of 100 rows: [0, 48] and [48, 100]." },
  );
}

function emptyDiagram(
  activation: ScalarActivation,
  grid: PhaseGrid,
  criticalLine?: readonly CriticalPolyline[],
): PhaseDiagram {
  const { nx, ny } = grid;
  const sigmaW2 = axis("sigmaW2", grid.sigmaW2, nx);
  const sigmaB2 = axis("sigmaB2", grid.sigmaB2, ny);
  if (!((sigmaW2[0] as number) > 0)) {
    throw new SpecError(
      `phase diagram: received weight variances from ${sigmaW2[0]}, expected positive ones.`,
      {
        hint: "Start the range of sigmaW2 at a small positive number such as 0.1.",
      },
    );
  }
  const size = nx * ny;
  return {
    activation: activation.name,
    nx,
    ny,
    sigmaW2,
    sigmaB2,
    q: new Float64Array(size),
    c: new Float64Array(size),
    chi1: new Float64Array(size),
    xiC: new Float64Array(size),
    xiQ: new Float64Array(size),
    phase: new Int8Array(size),
    criticalLine: criticalLine ?? traceCriticalLine(activation, grid),
    criterion: phaseCriterion,
    assumptions: ["Infinite width.", "Of several fixed points, the one reached from variance 1 is painted."],
    references: [poole2016, schoenholz2017],
    seed: null,
  };
}

function axis(name: string, [low, high]: readonly [number, number], n: number): Float64Array {
  if (!(Number.isInteger(n) && n > 0 && low >= 0 && high >= low && Number.isFinite(high))) {
    throw new SpecError(
      `phase diagram: received ${n} points of ${name} from ${low} to ${high}, expected a positive number of points between variances >= 0.`,
      { hint: "Example: sigmaW2 [0.5, 4], sigmaB2 [0, 1], nx 200, ny 200." },
    );
  }
  return Float64Array.from({ length: n }, (_, i) => (n === 1 ? low : low + ((high - low) * i) / (n - 1)));
}
