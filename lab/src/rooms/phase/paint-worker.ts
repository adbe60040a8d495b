/** Paints rows of a phase diagram with the library's painter, coarse to fine, and traces the critical line. */
import { type Activation, resolveActivation } from "../../../../src/networks/activations/index.ts";
import {
  type CriticalPolyline,
  PhaseCellSolver,
  type PhaseDiagram,
  type PhaseGrid,
  paintPhasePasses,
  traceCriticalLine,
} from "../../../../src/signal/theory/index.ts";
import { giveWay, type JobContext, serveJob } from "../../jobs/worker.ts";
import type { PhaseAhead } from "./ahead.ts";
import type { PaintedRows, PaintPartial, PaintRequest, PaintResult } from "./paint-messages.ts";

/** Milliseconds between two looks at the messages. */
const VISIT_EVERY = 8;

/** Tables of the last activations; making them is most of the way to the first picture. */
const solvers = new Map<string, { activation: Activation; solver: PhaseCellSolver }>();
const MOST_SOLVERS = 4;

function solverOf(text: string): { activation: Activation; solver: PhaseCellSolver } {
  const known = solvers.get(text);
  if (known !== undefined) return known;
  const activation = resolveActivation(text);
  const made = { activation, solver: new PhaseCellSolver(activation) };
  if (solvers.size >= MOST_SOLVERS) solvers.delete(solvers.keys().next().value as string);
  solvers.set(text, made);
  return made;
}

serveJob<PaintRequest, PaintPartial, PaintResult, PhaseAhead>(paint, ({ activation }) => {
  solverOf(activation);
});

async function paint(
  request: PaintRequest,
  { signal, partial, progress }: JobContext<PaintPartial>,
): Promise<PaintResult> {
  const { grid, rows, tracesLine } = request;
  const { activation, solver } = solverOf(request.activation);
  const painter = paintPhasePasses(activation, grid, { solver, rows, criticalLine: [] });
  let visited = performance.now();
  let pass = 8;
  let line: readonly CriticalPolyline[] | null = null;
  for (;;) {
    const step = painter.next();
    if (step.done) {
      if (tracesLine && line === null) partial({ line: traceCriticalLine(activation, grid) });
      return rowsOf(step.value, grid, rows, 1);
    }
    const { diagram, stride, done, total } = step.value;
    const isFirstPicture = pass === 8 && stride < 8;
    pass = stride;
    if (isFirstPicture || performance.now() - visited > VISIT_EVERY) {
      if (pass < 8) {
        const painted = rowsOf(diagram, grid, rows, stride);
        partial({ painted }, buffersOf(painted));
      }
      progress({ done, total });
      await giveWay();
      if (signal.aborted) return rowsOf(diagram, grid, rows, stride);
      visited = performance.now();
    }
    if (isFirstPicture && tracesLine) {
      line = traceCriticalLine(activation, grid);
      partial({ line });
    }
  }
}

/** A copy of this worker's rows. */
function rowsOf(
  diagram: PhaseDiagram,
  { nx }: PhaseGrid,
  [from, to]: readonly [number, number],
  stride: number,
): PaintedRows {
  const part = (values: Float64Array): Float64Array => values.slice(from * nx, to * nx);
  const { q, c, chi1, xiC, xiQ } = diagram;
  return { stride, q: part(q), c: part(c), chi1: part(chi1), xiC: part(xiC), xiQ: part(xiQ) };
}

function buffersOf({ q, c, chi1, xiC, xiQ }: PaintedRows): ArrayBuffer[] {
  return [q, c, chi1, xiC, xiQ].map(({ buffer }) => buffer as ArrayBuffer);
}
