/** Figures and the page of `isinglass jt`. */
import {
  drawJtScan,
  type Figure,
  type FigureOptions,
  formatEstimate,
  formatNumber,
  type JtScanCurve,
} from "../figures/index.ts";
import { type GravityPatch, gravityCouplings, sumTransfer, type TransferPlan } from "../lattice/index.ts";
import type { JtPoint, JtRow } from "./jt-rows.ts";
import { meanFieldOf } from "./jt-rows.ts";
import type { Draw, ReportText } from "./lattice-artifacts.ts";
import { jtCsv } from "./render/jt.ts";

/** Points of an exact curve, and steps that all of them may cost. */
const CURVE_POINTS = 81;
const CURVE_WORK = 2.5e7;

/** The scan with its curves. */
export function drawScanOfRows(
  patch: GravityPatch,
  plan: TransferPlan | null,
  rows: readonly JtRow[],
  options: FigureOptions,
): Promise<Figure> {
  const { q, layers, cells } = patch;
  const { field, coupling } = gravityCouplings(q, 0);
  const over = isOverBeta(rows) ? "beta" : "energy";
  return drawJtScan(
    {
      ...{ q, layers, cells, field, coupling, over },
      points: rows.filter(({ run }) => run !== null),
      curves: curvesOf(patch, plan, rows),
    },
    options,
  );
}

/** Whether beta changes along the rows. */
export function isOverBeta(rows: readonly JtPoint[]): boolean {
  return rows[0]?.beta !== rows.at(-1)?.beta;
}

function curvesOf(patch: GravityPatch, plan: TransferPlan | null, rows: readonly JtRow[]): JtScanCurve[] {
  const [first, last] = [rows[0] as JtRow, rows.at(-1) as JtRow];
  const count =
    plan === null ? CURVE_POINTS : Math.min(CURVE_POINTS, Math.max(2, Math.floor(CURVE_WORK / plan.steps)));
  const grid = Array.from({ length: count }, (_, k) => {
    const t = k / (count - 1);
    return {
      beta: first.beta + t * (last.beta - first.beta),
      resolventEnergy: first.resolventEnergy + t * (last.resolventEnergy - first.resolventEnergy),
    };
  });
  const curve = (
    kind: JtScanCurve["kind"],
    solve: (at: JtPoint) => Readonly<Record<"lnZ" | "energy" | "up" | "wall", number>>,
  ): JtScanCurve => ({
    kind,
    points: grid.map((at) => {
      const { lnZ, energy, up, wall } = solve(at);
      return { ...at, freeEnergy: at.beta === 0 ? Number.NaN : -lnZ / at.beta, energy, up, wall };
    }),
  });
  const meanField = curve("mean-field", (at) => meanFieldOf(patch, at));
  if (plan === null) return [meanField];
  const solved = curve("exact", ({ beta, resolventEnergy }) => {
    const { logZ, ...rest } = sumTransfer(plan, gravityCouplings(patch.q, resolventEnergy), beta);
    return { ...rest, lnZ: logZ };
  });
  return [solved, meanField];
}

/** What the page says. */
export function jtReport(
  patch: GravityPatch,
  rows: readonly JtRow[],
  draw: readonly (Draw | null)[],
): ReportText {
  const { q, layers, cells } = patch;
  const compared = rows.flatMap(({ exact }) => Object.values(exact?.deviations ?? {}));
  const largest = compared.reduce((most, d) => Math.max(most, Math.abs(d)), 0);
  const only = rows.length === 1 ? rows[0] : undefined;
  const [header, ...lines] = jtCsv(rows);
  return {
    kind: "jt",
    title: `Discrete JT gravity on {3,${q}}`,
    headline:
      compared.length === 0
        ? `${rows.length} ${rows.length === 1 ? "point" : "points"} on ${cells} triangles`
        : `${compared.length} simulated values stand beside exact ones; the largest deviation is ${largest.toFixed(1)} standard errors`,
    reason:
      "Spacetime is a region of triangles bounded by one circle; the resolvent of JT gravity is exp(-F) of this Ising model as long as the wall neither shrinks to one triangle nor runs to the cutoff.",
    cards: [
      ["Triangles", String(cells), `${layers} edge layers of {3,${q}}`],
      ...(only === undefined
        ? []
        : [
            ["log Z", formatEstimate(only.lnZ), `β = ${formatNumber(only.beta)}`] as const,
            ["Wall", formatEstimate(only.wall), "edges"] as const,
            ["Area", formatEstimate(only.up), "up triangles"] as const,
          ]),
    ],
    tables: [{ title: "All points", table: { columns: (header ?? []).map(String), rows: lines } }],
    facts: [`Patch: ${cells} triangles, ${layers} edge layers of {3,${q}}; everything outside is down.`],
    draw: draw.filter((d): d is Draw => d !== null),
  };
}
