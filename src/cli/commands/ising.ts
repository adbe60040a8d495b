/** `isinglass ising`: Monte Carlo on any lattice beside the exact solution, or the exact solution alone. */
import { type Estimate, exact, type Reference, SpecError } from "../../base/index.ts";
import {
  ALGORITHMS,
  type Algorithm,
  type BoundaryKind,
  createModel,
  type ExactReference,
  type ExactSolver,
  LATTICE_FORMS,
  parseLattice,
  planExact,
  type SimulationOptions,
  type SimulationResult,
  type SpinModel,
  simulateIsing,
  simulateMultiSpin,
  simulateReplicas,
} from "../../lattice/index.ts";
import { createStream } from "../../numerics/index.ts";
import type { Arguments, Command, CommandContext, Outcome } from "../command.ts";
import { readNumber, readRange, readText } from "../options.ts";
import { type ExactColumn, type IsingRow, isingCsv, isingText } from "../render/ising.ts";
import { suggest } from "../suggest.ts";

const example = "isinglass ising --lattice square:32 --temperature 2.269185 --algorithm wolff";

export const isingCommand: Command = {
  name: "ising",
  summary: "The Ising model on flat and hyperbolic lattices: Monte Carlo beside exact solutions",
  examples: [
    example,
    "isinglass ising --lattice 7,3:5 --boundary wired --temperature 5.3",
    "isinglass ising --lattice square:64 --temperatures 2:2.6:7 --csv",
    "isinglass ising --lattice square:32 --temperature 2 --exact",
  ],
  args: {
    lattice: { type: "string", valueHint: "NAME", description: LATTICE_FORMS.join(", ") },
    temperature: { type: "string", valueHint: "T", description: "in units of J / k, above 0" },
    temperatures: { type: "string", valueHint: "A:B:N", description: "a scan, or a list T1,T2,T3" },
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
      default: "sequential",
      description: "of single spins: sequential, random, checkerboard",
    },
    sweeps: { type: "string", valueHint: "N", default: "10000", description: "measured sweeps" },
    thermalization: { type: "string", valueHint: "N", description: "sweeps before (a fifth of --sweeps)" },
    start: { type: "string", valueHint: "KIND", default: "ordered", description: "ordered or disordered" },
    profiles: { type: "boolean", description: "by layer, to the centre, and along the boundary" },
    exact: { type: "boolean", description: "the exact solution only, however long it takes" },
  },
  async run(context): Promise<Outcome> {
    const { args } = context;
    const temperatures = readTemperatures(args);
    const algorithm = readWord(args, "algorithm", ALGORITHMS);
    const model = readModel(args);
    const rows =
      args.exact === true
        ? solveOnly(model, temperatures)
        : await simulate(context, model, temperatures, algorithm);
    const { graph, spins, boundary, field } = model;
    const isTorus = graph.boundary.length === 0;
    const head = {
      lattice: graph.name,
      sites: graph.sites,
      bonds: graph.bonds,
      freeSpins: spins,
      boundary: boundary === "free" && isTorus ? "none" : boundary,
      field,
    };
    const [first] = rows;
    const result =
      readText(args, "temperatures") === undefined && first !== undefined
        ? { ...head, ...first }
        : { ...head, scan: rows };
    return {
      result,
      assumptions: assumptionsOf(model, args.exact === true),
      references: referencesOf(rows, args.exact === true ? null : algorithm),
      seed: args.exact === true ? null : context.seed,
      text: () => isingText(head, rows, assumptionsOf(model, args.exact === true), context),
      csv: () => isingCsv(rows),
    };
  },
};

const COMPARED = [
  "energy",
  "heatCapacity",
  "magnetization",
  "absoluteMagnetization",
  "magnetization2",
  "magnetization4",
  "centralMagnetization",
] as const;

function readTemperatures(args: Arguments): number[] {
  const above = { min: 0, open: true };
  const one = readNumber(args, "temperature", above);
  const many = readRange(args, "temperatures", above, 9);
  if (one !== undefined && many !== undefined)
    throw new SpecError("ising: received --temperature and --temperatures, expected one of them", {
      hint: example,
    });
  if (many !== undefined) return many;
  if (one === undefined)
    throw new SpecError("--temperature is missing, expected a number above 0", { hint: example });
  return [one];
}

function readModel(args: Arguments): SpinModel {
  const text = readText(args, "lattice");
  if (text === undefined)
    throw new SpecError(`--lattice is missing, expected ${LATTICE_FORMS.join(", ")}`, { hint: example });
  const graph = parseLattice(text);
  const field = readNumber(args, "field") ?? 0;
  const wanted = readText(args, "boundary");
  const isTorus = graph.shape.kind !== "custom" && "periodic" in graph.shape && graph.shape.periodic;
  if (wanted === undefined || (wanted === "periodic" && isTorus)) return createModel(graph, { field });
  const pattern = /^fixed:([+-]+)$/.exec(wanted)?.[1];
  if (pattern !== undefined) {
    const size = graph.boundary.length;
    const signs = Array.from({ length: size }, (_, k) =>
      pattern[Math.floor((k * pattern.length) / size)] === "+" ? 1 : -1,
    );
    return createModel(graph, { boundary: "fixed", signs, field });
  }
  const kinds = ["free", "wired", "periodic"] as const;
  const kind = kinds.find((k) => k === wanted);
  if (kind === undefined)
    throw new SpecError(
      `--boundary: received "${wanted}", expected free, wired or fixed:PATTERN${meant(wanted, kinds)}`,
      {
        hint: `isinglass ising --lattice ${text} --boundary wired --temperature 2`,
      },
    );
  if (kind === "periodic")
    throw new SpecError(`--boundary: ${text} cannot be periodic, expected free or wired`, {
      hint: "square:L and triangular:L are tori",
    });
  if (isTorus)
    throw new SpecError(`--boundary: ${text} is a torus and has no boundary that could be ${kind}`, {
      hint: `use --lattice ${text}:open`,
    });
  return createModel(graph, { boundary: kind satisfies BoundaryKind, field });
}

function readWord<T extends string>(args: Arguments, name: string, words: readonly T[]): T {
  const text = args[name];
  const word = words.find((w) => w === text);
  if (word === undefined)
    throw new SpecError(
      `--${name}: received "${text}", expected ${words.join(", ")}${meant(String(text), words)}`,
      { hint: example },
    );
  return word;
}

function meant(word: string, known: readonly string[]): string {
  const near = suggest(word, known);
  return near === null ? "" : `; did you mean ${near}?`;
}

/** Operations that the exact solution beside a simulation may cost at each temperature: a second or two. */
const BESIDE_WORK = 3e9;

async function simulate(
  context: CommandContext,
  model: SpinModel,
  temperatures: readonly number[],
  algorithm: Algorithm,
): Promise<IsingRow[]> {
  const { args, signal, onProgress, note, seed } = context;
  const options = {
    sweeps: readNumber(args, "sweeps", { min: 16, integer: true }) ?? 10_000,
    start: readWord(args, "start", ["ordered", "disordered"] as const),
    order: readWord(args, "order", ["sequential", "random", "checkerboard"] as const),
    profiles: args.profiles === true || model.boundary !== "free",
    signal,
    onProgress,
  };
  const thermalization = readNumber(args, "thermalization", { min: 0, integer: true });
  const runs = await run(
    model,
    temperatures,
    algorithm,
    thermalization === undefined ? options : { ...options, thermalization },
    seed,
  );
  const solver = planExact(model, { maxWork: BESIDE_WORK });
  if (solver === null) note("no exact solution beside this: none is known, or it takes long (--exact)");
  const short = runs.filter(({ converged }) => !converged).map((r) => r.temperature);
  if (short.length > 0)
    note(`the run is short for its autocorrelation time at T = ${short.join(", ")}: raise --sweeps`);
  return runs.map((simulated) => {
    const { profiles, ...estimates } = simulated;
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

const SOURCES: Readonly<Record<string, Reference>> = {
  wolff: {
    authors: "Wolff",
    year: 1989,
    title: "Collective Monte Carlo updating for spin systems",
    id: "Phys. Rev. Lett. 62, 361",
  },
  "swendsen-wang": {
    authors: "Swendsen, Wang",
    year: 1987,
    title: "Nonuniversal critical dynamics in Monte Carlo simulations",
    id: "Phys. Rev. Lett. 58, 86",
  },
  metropolis: {
    authors: "Metropolis, Rosenbluth, Rosenbluth, Teller, Teller",
    year: 1953,
    title: "Equation of state calculations by fast computing machines",
    id: "J. Chem. Phys. 21, 1087",
  },
  "heat-bath": {
    authors: "Glauber",
    year: 1963,
    title: "Time-dependent statistics of the Ising model",
    id: "J. Math. Phys. 4, 294",
  },
  "replica-exchange": {
    authors: "Hukushima, Nemoto",
    year: 1996,
    title: "Exchange Monte Carlo method and application to spin glass simulations",
    id: "J. Phys. Soc. Jpn. 65, 1604",
  },
  "multi-spin": {
    authors: "Zorn, Herrmann, Rebbi",
    year: 1981,
    title: "Tests of the multi-spin-coding technique in Monte Carlo simulations of statistical systems",
    id: "Comput. Phys. Commun. 23, 337",
  },
  Kaufman: {
    authors: "Kaufman",
    year: 1949,
    title: "Crystal statistics. II. Partition function evaluated by spinor analysis",
    id: "Phys. Rev. 76, 1232",
  },
  "Kac-Ward": {
    authors: "Kac, Ward",
    year: 1952,
    title: "A combinatorial solution of the two-dimensional Ising model",
    id: "Phys. Rev. 88, 1332",
  },
};

function referencesOf(rows: readonly IsingRow[], algorithm: Algorithm | null): Reference[] {
  const method = rows[0]?.exact?.method ?? "";
  return Object.entries(SOURCES)
    .filter(([name]) => name === algorithm || method.startsWith(name))
    .map(([, source]) => source);
}
