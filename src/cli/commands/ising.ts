/** `isinglass ising`: Monte Carlo on any lattice beside the exact solution, scans, pictures, and the transitions of tilings. */
import { type Estimate, exact, type Reference, SpecError } from "../../base/index.ts";
import { requirePicture } from "../../figures/index.ts";
import {
  ALGORITHMS,
  type Algorithm,
  type ExactReference,
  type ExactSolver,
  LATTICE_FORMS,
  planExact,
  type SimulationOptions,
  type SimulationResult,
  type SpinModel,
  simulateIsing,
  simulateMultiSpin,
  simulateReplicas,
} from "../../lattice/index.ts";
import { createStream } from "../../numerics/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { drawScanOf, drawSpinsOf, reportOf } from "../ising-drawings.ts";
import { ISING_EXAMPLE, readModel, readTemperatures, readWord } from "../ising-model.ts";
import { ISING_SOURCES } from "../ising-references.ts";
import { runTransitions } from "../ising-transitions.ts";
import { checkOutputs, type Draw, writeDrawing, writeLatticeReport } from "../lattice-artifacts.ts";
import { readNumber, readText } from "../options.ts";
import { type ExactColumn, type IsingRow, isingCsv, isingText } from "../render/ising.ts";

export const isingCommand: Command = {
  name: "ising",
  summary: "The Ising model on flat and hyperbolic lattices: Monte Carlo beside exact solutions",
  examples: [
    ISING_EXAMPLE,
    "isinglass ising --lattice 7,3:5 --boundary wired --temperature 5.3",
    "isinglass ising --lattice square:64 --scan --output scan.svg",
    "isinglass ising --lattice 7,3:7 --temperature 1.4 --svg spins.svg",
    "isinglass ising --lattice square:32 --temperature 2 --exact",
    "isinglass ising --transitions 7,3",
  ],
  args: {
    lattice: { type: "string", valueHint: "NAME", description: LATTICE_FORMS.join(", ") },
    temperature: { type: "string", valueHint: "T", description: "in units of J / k, above 0" },
    temperatures: { type: "string", valueHint: "A:B:N", description: "a scan, or a list T1,T2,T3" },
    scan: { type: "boolean", description: "21 temperatures round the transition, as one table and picture" },
    boundary: {
      type: "string",
      valueHint: "KIND",
      description:
        "free, wired (all +), fixed:PATTERN (of + and -, stretched round the boundary); tori are periodic",
    },
    field: { type: "string", valueHint: "H", default: "0", description: "field in units of J" },
    algorithm: { type: "string", valueHint: "NAME", default: "wolff", description: ALGORITHMS.join(", ") },
    order: {
      type: "string",
      valueHint: "ORDER",
      description: "of single spins: sequential, random, checkerboard (default: the fastest)",
    },
    sweeps: { type: "string", valueHint: "N", default: "10000", description: "measured sweeps" },
    thermalization: { type: "string", valueHint: "N", description: "sweeps before (a fifth of --sweeps)" },
    start: { type: "string", valueHint: "KIND", default: "ordered", description: "ordered or disordered" },
    profiles: { type: "boolean", description: "by layer, to the centre, core, rim, and along the boundary" },
    exact: { type: "boolean", description: "the exact solution only, however long it takes" },
    transitions: {
      type: "string",
      valueHint: "P,Q",
      description: "both transitions of {P,Q}: wired exact, closed surfaces, duality; all for a table",
    },
    output: {
      type: "string",
      valueHint: "FILE",
      description: "write the scan, or the spins at one temperature: .svg, .png, .csv, .json",
    },
    svg: { type: "string", valueHint: "FILE", description: "write the last configuration: .svg or .png" },
    report: { type: "string", valueHint: "FILE", description: "write one HTML page" },
  },
  async run(context): Promise<Outcome> {
    checkOutputs(context, ["output", "svg", "report"]);
    if (readText(context.args, "transitions") !== undefined) return runTransitions(context);
    return runModel(context);
  },
};

async function runModel(context: CommandContext): Promise<Outcome> {
  const { args } = context;
  const model = readModel(args);
  const temperatures = readTemperatures(args, model);
  const algorithm = readWord(args, "algorithm", ALGORITHMS);
  const isExact = args.exact === true;
  const isScan = temperatures.length > 1;
  const wantsSpins =
    readText(args, "svg") !== undefined || (!isScan && readText(args, "output") !== undefined);
  if (wantsSpins) {
    requirePicture(model.graph);
    if (isExact || algorithm === "multi-spin")
      throw new SpecError("ising: received a file for the spins, but there is no configuration to draw", {
        hint: isExact ? "leave --exact out" : "use another algorithm than multi-spin",
      });
  }
  const { rows, spins } = isExact
    ? { rows: solveOnly(model, temperatures), spins: null }
    : await simulate(context, model, temperatures, algorithm);
  const { graph, spins: free, boundary, field } = model;
  const isTorus = graph.boundary.length === 0;
  const head = {
    lattice: graph.name,
    sites: graph.sites,
    bonds: graph.bonds,
    freeSpins: free,
    boundary: boundary === "free" && isTorus ? "none" : boundary,
    field,
  };
  const [first] = rows;
  const result =
    first !== undefined && !isScan && readText(args, "temperatures") === undefined
      ? { ...head, ...first }
      : { ...head, scan: rows };
  const assumptions = assumptionsOf(model, isExact);
  const outcome: Outcome = {
    result,
    assumptions,
    references: referencesOf(rows, isExact ? null : algorithm),
    seed: isExact ? null : context.seed,
    text: () => isingText(head, rows, assumptions, context),
    csv: () => isingCsv(rows),
  };
  const last = temperatures.at(-1) as number;
  const drawSpins: Draw | null =
    spins === null ? null : (options) => drawSpinsOf(model, spins, last, options);
  const drawScan: Draw | null = isScan ? (options) => drawScanOf(model, rows, isExact, options) : null;
  await writePictures(context, drawSpins, drawScan);
  await writeLatticeReport(
    context,
    outcome,
    reportOf(model, rows, [drawScan, wantsSpins ? drawSpins : null]),
  );
  return outcome;
}

async function writePictures(
  context: CommandContext,
  drawSpins: Draw | null,
  drawScan: Draw | null,
): Promise<void> {
  if (drawSpins !== null) await writeDrawing(context, "svg", drawSpins);
  const main = drawScan ?? drawSpins;
  if (main !== null) await writeDrawing(context, "output", main);
}

const COMPARED = [
  "energy",
  "heatCapacity",
  "magnetization",
  "absoluteMagnetization",
  "magnetization2",
  "magnetization4",
  "centralMagnetization",
] as const;

/** Operations that the exact solution beside a simulation may cost at each temperature: a second or two. */
const BESIDE_WORK = 3e9;

async function simulate(
  context: CommandContext,
  model: SpinModel,
  temperatures: readonly number[],
  algorithm: Algorithm,
): Promise<{ rows: IsingRow[]; spins: Int8Array | null }> {
  const { args, signal, onProgress, note, seed } = context;
  const thermalization = readNumber(args, "thermalization", { min: 0, integer: true });
  const isDrawn = ["svg", "output", "report"].some((name) => readText(args, name) !== undefined);
  const options: SimulationOptions = {
    sweeps: readNumber(args, "sweeps", { min: 16, integer: true }) ?? 10_000,
    start: readWord(args, "start", ["ordered", "disordered"] as const),
    ...(args.order === undefined
      ? {}
      : { order: readWord(args, "order", ["sequential", "random", "checkerboard"] as const) }),
    ...(thermalization === undefined ? {} : { thermalization }),
    profiles: args.profiles === true || model.boundary !== "free",
    configuration: isDrawn,
    signal,
    onProgress,
  };
  const runs = await run(model, temperatures, algorithm, options, seed);
  const solver = planExact(model, { maxWork: BESIDE_WORK });
  if (solver === null) note("no exact solution beside this: none is known, or it takes long (--exact)");
  const short = runs.filter(({ converged }) => !converged).map((r) => r.temperature);
  if (short.length > 0)
    note(`the run is short for its autocorrelation time at T = ${short.join(", ")}: raise --sweeps`);
  const rows = runs.map((simulated) => {
    const { profiles, configuration: _, ...estimates } = simulated;
    const row = {
      ...estimates,
      ...(profiles === null ? {} : { centralMagnetization: profiles.centralMagnetization }),
      ...(args.profiles === true ? { profiles } : {}),
    };
    return {
      ...row,
      exact: solver === null ? null : exactColumn(solver.solve(simulated.temperature), row, model),
    };
  });
  return { rows, spins: runs.at(-1)?.configuration ?? null };
}

async function run(
  model: SpinModel,
  temperatures: readonly number[],
  algorithm: Algorithm,
  options: SimulationOptions,
  seed: number,
): Promise<readonly SimulationResult[]> {
  const stream = createStream(seed).fork("ising");
  if (algorithm === "replica-exchange") {
    const { replicas } = await simulateReplicas(model, temperatures, stream, options);
    return replicas;
  }
  const results: SimulationResult[] = [];
  for (const temperature of temperatures)
    results.push(
      algorithm === "multi-spin"
        ? await simulateMultiSpin(model, temperature, stream.fork(String(temperature)), options)
        : await simulateIsing(model, temperature, stream.fork(String(temperature)), {
            ...options,
            algorithm,
          }),
    );
  return results;
}

function solveOnly(model: SpinModel, temperatures: readonly number[]): IsingRow[] {
  const solver: ExactSolver | null = planExact(model, { maxWork: Number.POSITIVE_INFINITY });
  if (solver === null)
    throw new SpecError(
      `--exact: no exact solution of ${model.graph.name} with this boundary and field is known here`,
      {
        hint: "leave --exact out to simulate it",
      },
    );
  return temperatures.map((temperature) => {
    const solution = solver.solve(temperature);
    const { method: _, deviations: __, ...values } = exactColumn(solution, {}, model);
    return { temperature, ...values, exact: exactColumn(solution, {}, model) } as unknown as IsingRow;
  });
}

function exactColumn(
  solution: ExactReference,
  row: Readonly<Record<string, unknown>>,
  model: SpinModel,
): ExactColumn {
  const { method } = solution;
  // a simulation's magnetisation is <|m|> unless something breaks the symmetry
  const values = {
    ...solution,
    magnetization: model.ghost === null ? solution.absoluteMagnetization : solution.magnetization,
  };
  const known = COMPARED.filter((name) => values[name] !== null);
  const estimates = Object.fromEntries(known.map((name) => [name, exact(values[name] as number, method)]));
  const deviations: Record<string, number | null> = {};
  for (const name of known) {
    const measured = row[name] as Estimate | undefined;
    if (measured?.stderr) deviations[name] = (measured.value - (values[name] as number)) / measured.stderr;
  }
  return {
    method,
    logZ: exact(solution.logZ, method),
    freeEnergy: exact(solution.freeEnergy, method),
    energy: exact(solution.energy, method),
    heatCapacity: exact(solution.heatCapacity, method),
    ...estimates,
    deviations,
  };
}

function assumptionsOf({ boundary, field, graph }: SpinModel, isExact: boolean): string[] {
  return [
    `H = -J sum s s'${field === 0 ? "" : " - h sum s"}, J = k = 1; per spin means per site of the lattice (${graph.sites}).`,
    ...(boundary === "free"
      ? []
      : ["Boundary spins are pinned; they count as sites, and bonds between them in the energy."]),
    ...(isExact
      ? []
      : ["Errors are one standard error, from autocorrelation times and a jackknife over blocks."]),
  ];
}

function referencesOf(rows: readonly IsingRow[], algorithm: Algorithm | null): Reference[] {
  const method = rows[0]?.exact?.method ?? "";
  return Object.entries(ISING_SOURCES)
    .filter(([name]) => name === algorithm || method.startsWith(name))
    .map(([, source]) => source);
}
