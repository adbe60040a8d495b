/** `isinglass jt`: discrete JT gravity as an Ising model with one domain wall, simulated beside its exact solution. */
import { type Reference, SpecError } from "../../base/index.ts";
import { drawRegion, formatNumber } from "../../figures/index.ts";
import {
  type GravityPatch,
  gravityCouplings,
  gravityPatch,
  type IntegrationOptions,
  type TransferPlan,
} from "../../lattice/index.ts";
import { createStream } from "../../numerics/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { drawScanOfRows, jtReport } from "../jt-drawings.ts";
import { defaultSweeps, readPatch, readPoints, readStart } from "../jt-options.ts";
import { countOf, type JtPoint, type JtRow, planExactGravity, simulateRow, solveRow } from "../jt-rows.ts";
import { checkOutputs, type Draw, writeDrawing, writeLatticeReport } from "../lattice-artifacts.ts";
import { readNumber, readText } from "../options.ts";
import { type JtHead, jtCsv, jtText } from "../render/jt.ts";

const SOURCES: readonly Reference[] = [
  {
    authors: "Erdmenger, Karl, Thurn, Vojta, Xian",
    year: 2025,
    title: "Discrete JT gravity as an Ising model",
    id: "JHEP 05 (2025) 165",
  },
  {
    authors: "Hastings",
    year: 1970,
    title: "Monte Carlo sampling methods using Markov chains and their applications",
    id: "Biometrika 57, 97",
  },
];

export const jtCommand: Command = {
  name: "jt",
  summary:
    "Discrete JT gravity: an Ising model on {3,q} whose domain wall is one circle, beside its exact solution",
  examples: [
    "isinglass jt --q 7 --layers 4 --beta 2 --energy 0",
    "isinglass jt --layers 6 --beta 5 --energy 0.15 --svg region.svg",
    "isinglass jt --layers 6 --beta 5 --scan --output resolvent.svg",
    "isinglass jt --layers 5 --beta 0:10:6 --output heating.svg",
    "isinglass jt --layers 8 --beta 3 --exact",
  ],
  args: {
    q: { type: "string", valueHint: "Q", default: "7", description: "triangles round a vertex, 7 or more" },
    layers: {
      type: "string",
      valueHint: "N",
      default: "4",
      description: "edge layers; the centre is the first",
    },
    beta: {
      type: "string",
      valueHint: "B",
      default: "2",
      description: "inverse temperature, or a scan A:B:N",
    },
    energy: { type: "string", valueHint: "E", description: "argument of the resolvent (0), or a scan A:B:N" },
    scan: { type: "boolean", description: "13 values of E with (J - E) / h from 8 to -4" },
    sweeps: {
      type: "string",
      valueHint: "N",
      description: "measured sweeps of each run (10000, scans 2000, fewer on large patches)",
    },
    thermalization: { type: "string", valueHint: "N", description: "sweeps before (a fifth of --sweeps)" },
    start: { type: "string", valueHint: "KIND", default: "full", description: "full, or seed: one triangle" },
    exact: { type: "boolean", description: "the exact solution only" },
    output: {
      type: "string",
      valueHint: "FILE",
      description: "write the scan, or the region of one point: .svg, .png, .csv, .json",
    },
    svg: { type: "string", valueHint: "FILE", description: "write the last region: .svg or .png" },
    report: { type: "string", valueHint: "FILE", description: "write one HTML page" },
  },
  async run(context): Promise<Outcome> {
    const { args, note, seed } = context;
    checkOutputs(context, ["output", "svg", "report"]);
    const { q, layers } = readPatch(args);
    const points = readPoints(args, q);
    const isExact = args.exact === true;
    const isScan = points.length > 1;
    if (
      isExact &&
      (readText(args, "svg") !== undefined || (!isScan && readText(args, "output") !== undefined))
    )
      throw new SpecError("jt: received a file for the region, but --exact has none to draw", {
        hint: "leave --exact out",
      });
    const sweeps = readNumber(args, "sweeps", { min: 16, integer: true });
    const before = readNumber(args, "thermalization", { min: 0, integer: true });
    const start = readStart(args);
    const patch = gravityPatch(q, layers);
    const plan = planExactGravity(patch, isExact);
    if (plan === null) note("no exact solution beside this: it takes too many steps at this size");
    const options = {
      sweeps: sweeps ?? defaultSweeps(patch, isScan),
      ...(before === undefined ? {} : { thermalization: before }),
      start,
    };
    const { rows, region, logCount } = await measure(context, patch, plan, points, options);
    const { field, coupling, constant } = gravityCouplings(q, 0);
    const head = { q, layers, triangles: patch.cells, field, coupling, constant, logCount };
    const assumptions = assumptionsOf(head, isExact);
    const [first] = rows;
    const outcome: Outcome = {
      result: isScan || first === undefined ? { ...head, scan: rows } : { ...head, ...first },
      assumptions,
      references: SOURCES,
      seed: isExact ? null : seed,
      text: () => jtText(head, rows, assumptions, context),
      csv: () => jtCsv(rows),
    };
    await writeFiles(context, outcome, patch, plan, rows, region);
    return outcome;
  },
};

async function measure(
  { seed, signal, onProgress, note, args }: CommandContext,
  patch: GravityPatch,
  plan: TransferPlan | null,
  points: readonly JtPoint[],
  options: IntegrationOptions,
): Promise<{ rows: JtRow[]; region: Uint8Array | null; logCount: Awaited<ReturnType<typeof countOf>> }> {
  const stream = createStream(seed).fork("jt");
  const work = { ...options, signal, onProgress };
  const logCount = await countOf(patch, plan, stream.fork("count"), work);
  const rows: JtRow[] = [];
  let region: Uint8Array | null = null;
  for (const [k, point] of points.entries()) {
    if (args.exact === true && plan !== null) rows.push(solveRow(patch, plan, point));
    else {
      const simulated = await simulateRow(patch, plan, point, stream.fork(k), { ...work, logCount });
      rows.push(simulated.row);
      region = simulated.configuration;
    }
  }
  const short = rows.filter(({ run }) => run !== null && !run.converged);
  if (short.length > 0)
    note(`runs are short for their autocorrelation time at ${short.map(placeOf).join("; ")}: raise --sweeps`);
  const rough = rows.filter(
    ({ run, lnZ }) =>
      run !== null && run.ruleDifference > 3 * (lnZ.stderr ?? 0) && lnZ.method.startsWith("integration"),
  );
  if (rough.length > 0)
    note(
      `the region changes quickly on the way to ${rough.map(placeOf).join("; ")}: log Z may be off by more than its error`,
    );
  return { rows, region, logCount };
}

function placeOf({ beta, resolventEnergy }: JtPoint): string {
  return `beta = ${formatNumber(beta, 4)}, E = ${formatNumber(resolventEnergy, 4)}`;
}

function assumptionsOf({ constant }: JtHead & { readonly constant: number }, isExact: boolean): string[] {
  return [
    `H = -h N_up + (J - E) L; the constant ${formatNumber(constant, 6)} of the Euler number and the curvature is left out.`,
    "All triangles outside the patch are down; the up ones are bounded by one circle, and there is at least one.",
    "Mean field is that of the Ising model without this constraint.",
    ...(isExact
      ? []
      : ["Errors are one standard error, from autocorrelation times; log Z adds those of all runs."]),
  ];
}

async function writeFiles(
  context: CommandContext,
  outcome: Outcome,
  patch: GravityPatch,
  plan: TransferPlan | null,
  rows: readonly JtRow[],
  region: Uint8Array | null,
): Promise<void> {
  const last = rows.at(-1);
  const draw: Draw | null =
    region === null || last === undefined
      ? null
      : (options) => drawRegion({ patch, up: region, at: placeOf(last) }, options);
  const drawScan: Draw | null =
    rows.length > 1 ? (options) => drawScanOfRows(patch, plan, rows, options) : null;
  if (draw !== null) await writeDrawing(context, "svg", draw);
  const main = drawScan ?? draw;
  if (main !== null) await writeDrawing(context, "output", main);
  await writeLatticeReport(context, outcome, jtReport(patch, rows, [drawScan, draw]));
}
