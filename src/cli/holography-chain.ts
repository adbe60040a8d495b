/** `isinglass holography chain`: entanglement of aperiodic and random XX chains. */
import { type Estimate, SpecError } from "../base/index.ts";
import { drawChainEntropy, formatEstimate, formatNumber } from "../figures/index.ts";
import { loadKernels } from "../kernels/index.ts";
import {
  chooseLengths,
  type EntropyPoint,
  fitCentralCharge,
  type InflationRule,
  inflate,
  inflationRule,
  lettersToCouplings,
  measureEntanglement,
  measureSinglets,
  sampleCouplings,
  solveChain,
  solveStrongDisorder,
} from "../lattice/index.ts";
import { createStream, jackknife } from "../numerics/index.ts";
import type { Arguments, CommandContext, Outcome } from "./command.ts";
import { asTable } from "./holography-fields.ts";
import { HOLOGRAPHY_SOURCES } from "./holography-options.ts";
import { type Draw, writeDrawing, writeLatticeReport } from "./lattice-artifacts.ts";
import { readNumber, readText } from "./options.ts";
import { bulletLines } from "./render/estimates.ts";
import { renderTable } from "./render/table.ts";

/** Shortest interval of the fits. */
const FIT_FROM = 4;
/** Letters of the word whose singlets give the asymptotic value. */
const LONG_WORD = 200_000;

interface ChainResult {
  readonly name: string;
  readonly closed: boolean;
  readonly fermions: readonly EntropyPoint[];
  readonly singlets: readonly EntropyPoint[];
  readonly centralCharge: Estimate;
  readonly singletCharge: Estimate;
  /** Singlets of a much longer chain of the same kind; null for random chains, where it is log 2. */
  readonly longChain: Estimate | null;
  readonly ties: number;
  readonly rule: InflationRule | null;
  readonly facts: readonly string[];
}

/** Measures the entanglement of one kind of chain. */
export async function runChain(context: CommandContext): Promise<Outcome> {
  const { args, seed } = context;
  const sites = readNumber(args, "sites", { min: 32, max: 4096, integer: true }) ?? 512;
  if (sites % 2 !== 0)
    throw new SpecError(`--sites: received ${sites}, expected an even number`, {
      hint: `--sites ${sites + 1}`,
    });
  const disorder = readNumber(args, "disorder", { min: 0, open: true });
  const chain =
    disorder === undefined ? await aperiodic(args, sites) : await random(context, sites, disorder);
  const kernels = await loadKernels();
  const ones = new Float64Array(chain.closed ? sites : sites - 1).fill(1);
  const lengths = chain.fermions.map(({ length }) => length);
  const uniform = measureEntanglement(solveChain(ones, chain.closed, kernels), kernels, {
    lengths,
    positions: 2,
  });
  const { facts, ...numbers } = chain;
  const assumptions = [
    "XX chain in its ground state, S = (c/3) log l + const for intervals inside the chain; entropy in nats.",
    "Errors of c_eff on aperiodic chains say how far the self-similar steps are from one line.",
    ...(chain.ties > 0
      ? [
          `${chain.ties} decimations had an equally strong neighbour: there the singlets are only approximate.`,
        ]
      : []),
  ];
  const rows = lengths.map((length, k) => [
    length,
    chain.fermions[k]?.entropy ?? null,
    chain.singlets[k]?.entropy ?? null,
    uniform[k]?.entropy ?? null,
  ]);
  const outcome: Outcome = {
    result: { sites, ...numbers, uniform },
    assumptions,
    references: [HOLOGRAPHY_SOURCES.chain],
    seed: disorder === undefined ? null : seed,
    text: () =>
      [
        context.style.bold(`XX chain on ${chain.name}: ${sites} sites, ${chain.closed ? "ring" : "open"}`),
        "",
        `  c_eff, free fermions     ${context.style.bold(formatEstimate(chain.centralCharge))}`,
        `  c_eff, singlets          ${context.style.bold(formatEstimate(chain.singletCharge))}  strong disorder on the same chain`,
        ...(chain.longChain === null
          ? [`  expected                 ${Math.LN2.toFixed(4)}  log 2, random singlets`]
          : [`  singlets, long chain     ${formatEstimate(chain.longChain)}`]),
        "",
        renderTable(
          ["length", "fermions", "singlets", "uniform"],
          rows.map((row) => row.map((x, k) => (k === 0 ? String(x) : (x ?? 0).toFixed(4)))),
          [0, 1, 2, 3],
        ),
        ...bulletLines("Assumed:", [...facts, ...assumptions]),
      ].join("\n"),
    csv: () => [["length", "fermions", "singlets", "uniform"], ...rows],
  };
  const draw: Draw = (options) => drawChainEntropy({ ...chain, uniform }, options);
  await writeDrawing(context, "output", draw);
  await writeLatticeReport(context, outcome, {
    kind: "holography-chain",
    title: `Entanglement of the XX chain on ${chain.name}`,
    headline: `Effective central charge ${formatEstimate(chain.centralCharge)}; singlets give ${formatEstimate(chain.singletCharge)}, the uniform chain 1`,
    reason:
      "Modulation lowers the entanglement of long intervals towards that of the strong-disorder singlets.",
    cards: [
      ["c_eff", formatEstimate(chain.centralCharge), "free fermions"],
      ["c_eff of singlets", formatEstimate(chain.singletCharge), "strong-disorder renormalisation"],
    ],
    tables: [asTable("Entropies", outcome.csv?.() ?? [])],
    facts,
    draw: [draw],
  });
  return outcome;
}

async function aperiodic(args: Arguments, sites: number): Promise<ChainResult> {
  const size = { min: 3, integer: true };
  // the tilings of this page's other topics have no inflation rule of two letters
  const isDefault = args.p === "7" && args.q === "3";
  const p = isDefault ? 5 : (readNumber(args, "p", size) as number);
  const q = isDefault ? 4 : (readNumber(args, "q", size) as number);
  const rule = inflationRule(p, q);
  const [a, b] = readCouplings(args);
  const word = growWord(rule, sites - 1);
  const couplings = lettersToCouplings(word.slice(0, sites - 1), { a, b });
  const kernels = await loadKernels();
  const lengths = chooseLengths(sites / 8);
  const fermions = measureEntanglement(solveChain(couplings, false, kernels), kernels, { lengths });
  const state = solveStrongDisorder(couplings, false);
  const singlets = measureSinglets(state, lengths);
  const long = growWord(rule, LONG_WORD);
  const longState = solveStrongDisorder(lettersToCouplings(long.slice(0, LONG_WORD - 1), { a, b }), false);
  const fit = { from: FIT_FROM };
  return {
    name: `{${p},${q}}, J_a = ${formatNumber(a)}, J_b = ${formatNumber(b)}`,
    closed: false,
    fermions,
    singlets,
    centralCharge: fitCentralCharge(fermions, fit),
    singletCharge: fitCentralCharge(singlets, fit),
    longChain: fitCentralCharge(measureSinglets(longState, chooseLengths(LONG_WORD / 64)), { from: 16 }),
    ties: state.ties,
    rule,
    facts: [
      `Boundary of {${p},${q}}: a -> ${rule.a}, b -> ${rule.b}, growth ${rule.growth.toFixed(6)} a layer.`,
    ],
  };
}

async function random(
  { args, seed, signal, onProgress }: CommandContext,
  sites: number,
  disorder: number,
): Promise<ChainResult> {
  const samples = readNumber(args, "samples", { min: 2, integer: true }) ?? 20;
  const kernels = await loadKernels();
  const lengths = chooseLengths(sites / 8);
  const stream = createStream(seed).fork("chain");
  const runs: { fermions: EntropyPoint[]; singlets: EntropyPoint[] }[] = [];
  for (let k = 0; k < samples; k++) {
    signal.throwIfAborted();
    onProgress({ stage: "chains", done: k, total: samples });
    const couplings = sampleCouplings(sites, disorder, stream.fork(k));
    runs.push({
      fermions: measureEntanglement(solveChain(couplings, true, kernels), kernels, {
        lengths,
        positions: 64,
      }),
      singlets: measureSinglets(solveStrongDisorder(couplings, true), lengths),
    });
    // an interruption can only be noticed when other code may run
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const average = (kept: readonly (readonly EntropyPoint[])[]): EntropyPoint[] =>
    lengths.map((length, i) => ({
      length,
      entropy: kept.reduce((sum, points) => sum + (points[i]?.entropy ?? 0), 0) / kept.length,
      intervals: kept.length * sites,
    }));
  const charge = (all: readonly EntropyPoint[][]): Estimate => {
    const fit = (kept: readonly (readonly EntropyPoint[])[]): number =>
      fitCentralCharge(average(kept), { ring: sites, from: FIT_FROM }).value;
    const { value, stderr, n } = jackknife(all, fit);
    return { value, stderr, n, method: `(c/3) log of the chord, jackknife over ${n} chains` };
  };
  const fermions = runs.map((run) => run.fermions);
  const singlets = runs.map((run) => run.singlets);
  return {
    name: `random couplings u^${formatNumber(disorder)}`,
    closed: true,
    fermions: average(fermions),
    singlets: average(singlets),
    centralCharge: charge(fermions),
    singletCharge: charge(singlets),
    longChain: null,
    ties: 0,
    rule: null,
    facts: [`${samples} random rings; errors of c_eff are over them.`],
  };
}

function growWord(rule: InflationRule, letters: number): string {
  let word = "a";
  while (word.length < letters) word = inflate(rule, word, 1);
  return word;
}

function readCouplings(args: Arguments): [number, number] {
  const text = readText(args, "couplings") ?? "0.1:1";
  const [a = Number.NaN, b = Number.NaN, ...rest] = text
    .split(":")
    .map((part) => (part === "" ? Number.NaN : Number(part)));
  if (rest.length > 0 || !(a > 0) || !(b > 0) || !Number.isFinite(a + b))
    throw new SpecError(`--couplings: received "${text}", expected J_a:J_b, both above 0`, {
      hint: "for example --couplings 0.1:1",
    });
  return [a, b];
}
