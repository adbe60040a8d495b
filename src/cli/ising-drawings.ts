/** Pictures and the report of `isinglass ising`: exact curves on a fine grid beside the simulated points. */
import {
  drawConfiguration,
  drawIsingScan,
  type Figure,
  type FigureOptions,
  formatEstimate,
  formatNumber,
  type ScanCurve,
  type ScanPoint,
} from "../figures/index.ts";
import {
  betheCriticalTemperature,
  planExact,
  type SpinModel,
  SQUARE_TC,
  solveBulkTransition,
  solveOnsager,
} from "../lattice/index.ts";
import type { Draw, ReportText } from "./lattice-artifacts.ts";
import { type IsingRow, isingCsv } from "./render/ising.ts";

/** Points of an exact curve, as many as are affordable; with fewer, the simulated temperatures serve. */
const MOST_POINTS = 97;
const FEWEST_POINTS = 25;
/** Operations that all points of a curve may cost: a few seconds. */
const CURVE_WORK = 1.5e10;
/** Cells of patches from which a transition line is drawn: a second or two. */
const LINE_CELLS = 1700;

/** The last configuration. */
export function drawSpinsOf(
  { graph }: SpinModel,
  spins: Int8Array,
  temperature: number,
  options: FigureOptions,
): Promise<Figure> {
  return drawConfiguration({ graph, spins, temperature }, options);
}

/** The scan with whatever exact curves and transitions are known. */
export function drawScanOf(
  model: SpinModel,
  rows: readonly IsingRow[],
  isExact: boolean,
  options: FigureOptions,
): Promise<Figure> {
  const { graph, boundary, field } = model;
  const isPinned = boundary !== "free";
  const order = isPinned ? "centralMagnetization" : "magnetization";
  const points = rows.flatMap((row): ScanPoint[] => {
    const value = row[order] as ScanPoint["magnetization"] | undefined;
    if (isExact || value === undefined) return [];
    return [
      {
        temperature: row.temperature,
        energy: row.energy,
        heatCapacity: row.heatCapacity,
        magnetization: value,
      },
    ];
  });
  const temperatures = rows.map(({ temperature }) => temperature);
  const name = graph.boundary.length === 0 ? graph.name : `${graph.name}, ${boundary} boundary`;
  return drawIsingScan(
    {
      lattice: field === 0 ? name : `${name}, field ${formatNumber(field)}`,
      order: isPinned
        ? "<s> of the central spin"
        : field === 0
          ? "<|m|>, which is not 0 in a finite lattice"
          : "<m>",
      points,
      curves: exactCurves(model, temperatures),
      transitions: transitionsOf(model),
    },
    options,
  );
}

function exactCurves(model: SpinModel, temperatures: readonly number[]): ScanCurve[] {
  const [from, to] = [Math.min(...temperatures), Math.max(...temperatures)];
  const solver = planExact(model, { maxWork: CURVE_WORK / Math.min(FEWEST_POINTS, temperatures.length) });
  const affordable = solver === null ? 0 : Math.floor(CURVE_WORK / solver.work);
  const count = Math.min(MOST_POINTS, affordable);
  const grid =
    solver !== null && count < FEWEST_POINTS
      ? [...temperatures].sort((a, b) => a - b)
      : equalSteps(from, to, solver === null ? MOST_POINTS : count);
  const curves: ScanCurve[] = [];
  if (solver !== null) {
    const solved = grid.map((T) => solver.solve(T));
    const isPinned = model.boundary !== "free";
    const orders = solved.map((s) => (isPinned ? s.centralMagnetization : s.absoluteMagnetization));
    const curve = (quantity: ScanCurve["quantity"], value: number[]): ScanCurve => ({
      quantity,
      label: solver.method,
      temperature: grid,
      value,
    });
    curves.push(
      curve(
        "energy",
        solved.map(({ energy }) => energy),
      ),
      curve(
        "heatCapacity",
        solved.map(({ heatCapacity }) => heatCapacity),
      ),
    );
    if (orders.every((value) => value !== null)) curves.push(curve("magnetization", orders));
  }
  const { shape } = model.graph;
  const hasOrder = curves.some(({ quantity }) => quantity === "magnetization");
  if (shape.kind === "square" && model.field === 0 && !hasOrder) {
    // a steep curve needs points at its end
    const near = [1e-2, 1e-3, 1e-4, 1e-6, 0]
      .map((t) => SQUARE_TC * (1 - t))
      .filter((T) => T > from && T < to);
    const steep = [...equalSteps(from, to, MOST_POINTS), ...near].sort((a, b) => a - b);
    curves.push({
      quantity: "magnetization",
      label: "infinite lattice, Yang",
      temperature: steep,
      value: steep.map((T) => solveOnsager(T).magnetization),
    });
  }
  return curves;
}

function equalSteps(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));
}

function transitionsOf({ graph, boundary, field }: SpinModel): { temperature: number; label: string }[] {
  const { shape } = graph;
  if (field !== 0) return [];
  if (shape.kind === "square") return [{ temperature: SQUARE_TC, label: "infinite lattice" }];
  if (shape.kind === "triangular") return [{ temperature: 4 / Math.log(3), label: "infinite lattice" }];
  if (shape.kind === "cayley" && boundary !== "free")
    return [{ temperature: betheCriticalTemperature(shape.coordination), label: "Bethe lattice" }];
  if (shape.kind !== "hyperbolic") return [];
  const { p, q } = shape.tiling;
  try {
    return boundary === "free"
      ? [
          {
            temperature: solveBulkTransition(q, p, { maxCells: LINE_CELLS }).dual.value,
            label: "lower (free) transition",
          },
        ]
      : [
          {
            temperature: solveBulkTransition(p, q, { maxCells: LINE_CELLS }).temperature.value,
            label: "upper (bulk) transition",
          },
        ];
  } catch {
    // fewer than six layers fit: the line is left out
    return [];
  }
}

/** What the page of a run says. */
export function reportOf(
  model: SpinModel,
  rows: readonly IsingRow[],
  draw: readonly (Draw | null)[],
): ReportText {
  const { graph, boundary, field } = model;
  const compared = rows.flatMap((row) =>
    Object.values((row.exact?.deviations ?? {}) as Readonly<Record<string, number | null>>).filter(
      (d): d is number => d !== null,
    ),
  );
  const largest = compared.reduce((most, d) => Math.max(most, Math.abs(d)), 0);
  const only = rows.length === 1 ? rows[0] : undefined;
  const [header, ...lines] = isingCsv(rows);
  return {
    kind: "ising",
    title: `Ising model on ${graph.name}`,
    headline:
      compared.length === 0
        ? `${rows.length} ${rows.length === 1 ? "temperature" : "temperatures"}, no exact values beside them`
        : `${compared.length} simulated values stand beside exact ones; the largest deviation is ${largest.toFixed(1)} standard errors`,
    reason:
      compared.length === 0
        ? "No exact solution of this lattice, boundary and field is known here, or the exact solution was asked for alone."
        : "With correct error bars about one value in three lies more than one standard error off, one in twenty more than two.",
    cards: [
      ["Sites", String(graph.sites), `${graph.bonds} bonds, ${model.spins} free spins`],
      ["Boundary", graph.boundary.length === 0 ? "none" : boundary, `field ${formatNumber(field)}`],
      ...(only === undefined
        ? []
        : [
            [
              "Energy per spin",
              formatEstimate(only.energy),
              `T = ${formatNumber(only.temperature)}`,
            ] as const,
            ["Heat capacity", formatEstimate(only.heatCapacity), "per spin"] as const,
          ]),
    ],
    tables: [
      {
        title: "All temperatures",
        table: { columns: (header ?? []).map(String), rows: lines },
      },
    ],
    facts: [`Lattice: ${graph.name}, ${graph.sites} sites, ${graph.bonds} bonds, ${boundary} boundary.`],
    draw: draw.filter((d): d is Draw => d !== null),
  };
}
