/** Exact values beside a simulation, wherever the library has one, and why not where it has none. Runs in a worker. */
import { exact } from "../../../../../src/base/index.ts";
import {
  betheCriticalTemperature,
  createModel,
  dualTemperature,
  type ExactSolver,
  parseLattice,
  planExact,
  type SpinModel,
  SQUARE_TC,
  solveBulkTransition,
  solveOnsager,
} from "../../../../../src/lattice/index.ts";
import { type LatticeSpec, nameOf } from "../plan.ts";
import type {
  ExactCurve,
  ExactQuantity,
  ExactResult,
  ExactValues,
  ModelSpec,
  Transition,
} from "./messages.ts";

/** Operations that one value may cost (two seconds), and all points of a curve together. */
const MOST_WORK = 4e9;
const CURVE_WORK = 1.5e10;
const MOST_POINTS = 65;
const FEWEST_POINTS = 7;
/** Bonds beyond which only formulas are tried: already to plan an elimination takes long. */
const MOST_BONDS = 20_000;
/** Cells of the patches that a transition is extrapolated from: a second or two; more where these are too few layers. */
const TRANSITION_CELLS: readonly number[] = [1700, 5000];

/** A solver, or why there is none. */
export function solverOf({ lattice, field }: ModelSpec): {
  solver: ExactSolver | null;
  reason: string | null;
} {
  const none = (reason: string): { solver: null; reason: string } => ({ solver: null, reason });
  const isTorus = lattice.kind === "square" && lattice.boundary === "periodic";
  if (field !== 0 && !isSmall(lattice))
    return none("with a field there is no exact solution of this lattice");
  const model = modelOf({ lattice, field });
  if (!isTorus && model.graph.bonds > MOST_BONDS)
    return none(
      `the exact solution of ${model.graph.bonds} bonds takes too long here; isinglass ising --exact may do it`,
    );
  const solver = planExact(model, { maxWork: MOST_WORK });
  if (solver === null) return none("the exact solution takes too long here; isinglass ising --exact does it");
  return { solver, reason: null };
}

/** Whether enumeration may reach. */
function isSmall(lattice: LatticeSpec): boolean {
  return lattice.kind === "tiling" && lattice.layers <= 3;
}

function modelOf({ lattice, field }: ModelSpec): SpinModel {
  return createModel(parseLattice(nameOf(lattice)), {
    boundary: lattice.boundary === "wired" ? "wired" : "free",
    field,
  });
}

/** Values at one temperature. */
export function solvePoint(
  model: ModelSpec,
  { solver, reason }: { solver: ExactSolver | null; reason: string | null },
  temperature: number,
): Extract<ExactResult, { kind: "point" }> {
  const values: ExactValues = {
    ...(model.lattice.kind === "square" && model.field === 0 ? onsagerValues(temperature) : {}),
    ...(solver === null ? {} : solvedValues(solver, model, temperature)),
  };
  return { kind: "point", temperature, values, reason };
}

function solvedValues(solver: ExactSolver, model: ModelSpec, temperature: number): ExactValues {
  const { method, energy, heatCapacity, absoluteMagnetization, magnetization, centralMagnetization } =
    solver.solve(temperature);
  const isSymmetric = model.field === 0 && model.lattice.boundary !== "wired";
  const order = isSymmetric ? absoluteMagnetization : magnetization;
  return {
    energy: { value: energy, method },
    heatCapacity: { value: heatCapacity, method },
    ...(order === null ? {} : { magnetization: { value: order, method } }),
    ...(isSymmetric || centralMagnetization === null
      ? {}
      : { centralMagnetization: { value: centralMagnetization, method } }),
  };
}

function onsagerValues(temperature: number): ExactValues {
  const { energy, heatCapacity, magnetization } = solveOnsager(temperature);
  const method = "Onsager and Yang, infinite lattice";
  return {
    energy: { value: energy, method },
    heatCapacity: { value: heatCapacity, method },
    magnetization: { value: magnetization, method },
  };
}

/** Temperatures of a curve, coarse ones first, so that a curve can be shown before it is complete. */
export function refiningGrid([from, to]: readonly [number, number], count: number): number[] {
  const order: number[] = [];
  const done = new Set<number>();
  for (let stride = 2 ** Math.ceil(Math.log2(count)); stride >= 1; stride /= 2)
    for (let k = 0; k < count; k += stride)
      if (!done.has(k)) {
        done.add(k);
        order.push(k);
      }
  return order.map((k) => from + ((to - from) * k) / (count - 1));
}

/** Points that a solver can afford. */
export function pointsOf(solver: ExactSolver): number {
  return Math.max(FEWEST_POINTS, Math.min(MOST_POINTS, Math.floor(CURVE_WORK / solver.work)));
}

/** Curves of what is solved so far. */
export function curvesOf(
  model: ModelSpec,
  solved: readonly (readonly [temperature: number, values: ExactValues])[],
  range: readonly [number, number],
): ExactCurve[] {
  const sorted = [...solved].sort(([a], [b]) => a - b);
  const curves: ExactCurve[] = [];
  for (const quantity of ["energy", "heatCapacity", "magnetization", "centralMagnetization"] as const) {
    const known = sorted.flatMap(([temperature, values]) => {
      const value = values[quantity];
      return value === undefined ? [] : [{ temperature, ...value }];
    });
    const [first] = known;
    if (first === undefined || known.length < 2) continue;
    curves.push({
      quantity,
      label: first.method,
      temperature: known.map(({ temperature }) => temperature),
      value: known.map(({ value }) => value),
    });
  }
  if (model.lattice.kind === "square" && model.field === 0) curves.push(...infiniteCurves(range, curves));
  return curves;
}

/** The infinite square lattice where the finite one has no curve of its own. */
function infiniteCurves([from, to]: readonly [number, number], known: readonly ExactCurve[]): ExactCurve[] {
  const steep = [1e-2, 1e-3, 1e-4, 1e-6, 0].map((t) => SQUARE_TC * (1 - t)).filter((T) => T > from && T < to);
  const even = Array.from({ length: 97 }, (_, k) => from + ((to - from) * k) / 96);
  const temperature = [...even, ...steep].sort((a, b) => a - b);
  const solved = temperature.map((T) => solveOnsager(T));
  return (["energy", "heatCapacity", "magnetization"] as const)
    .filter((quantity) => !known.some((curve) => curve.quantity === quantity))
    .map((quantity: Exclude<ExactQuantity, "centralMagnetization">) => ({
      quantity,
      label: quantity === "magnetization" ? "infinite lattice, Yang" : "infinite lattice, Onsager",
      temperature,
      value: solved.map((point) => point[quantity]),
    }));
}

/** Where the lattice orders, from patches of up to so many cells, more where the first are too few layers. */
export function solveTransitions(
  lattice: LatticeSpec,
  cells: readonly number[] = TRANSITION_CELLS,
): Extract<ExactResult, { kind: "transitions" }> {
  if (lattice.kind === "square")
    return {
      kind: "transitions",
      transitions: [{ label: "infinite lattice", temperature: exact(SQUARE_TC, "Onsager"), isOwn: true }],
      reason: null,
    };
  const { p, q, boundary } = lattice;
  const transitions: Transition[] = [];
  const reasons: string[] = [];
  const attempt = (
    label: string,
    isOwn: boolean,
    solve: (maxCells: number) => Transition["temperature"],
  ): void => {
    for (const [k, maxCells] of cells.entries())
      try {
        transitions.push({ label, temperature: solve(maxCells), isOwn });
        return;
      } catch (error) {
        if (k === cells.length - 1)
          reasons.push(`${label}: ${error instanceof Error ? error.message : String(error)}`);
      }
  };
  attempt(
    "lower, free patches",
    boundary === "free",
    (maxCells) => solveBulkTransition(q, p, { maxCells }).dual,
  );
  attempt(
    "upper, wired patches",
    boundary === "wired",
    (maxCells) => solveBulkTransition(p, q, { maxCells }).temperature,
  );
  transitions.push({
    label: `tree with ${p} neighbours (Bethe)`,
    temperature: exact(betheCriticalTemperature(p), "Bethe"),
    isOwn: false,
  });
  return { kind: "transitions", transitions, reason: reasons.length === 0 ? null : reasons.join("; ") };
}

/** A first guess of where a lattice orders, at once: trees are a few per cent off. */
export function guessTransition(lattice: LatticeSpec): number {
  if (lattice.kind === "square") return SQUARE_TC;
  const tree = (coordination: number): number => 0.94 * betheCriticalTemperature(coordination);
  return lattice.boundary === "wired" ? tree(lattice.p) : dualTemperature(tree(lattice.q));
}
