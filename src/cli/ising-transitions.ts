/** `isinglass ising --transitions`: where hyperbolic lattices order, exactly and by Monte Carlo. */
import { type Estimate, SpecError } from "../base/index.ts";
import { formatEstimate } from "../figures/basics/index.ts";
import {
  type BulkTransition,
  type ClosedTransition,
  dualEstimate,
  estimateBulkTransition,
  requireHyperbolic,
  solveBulkTransition,
} from "../lattice/index.ts";
import { createStream } from "../numerics/index.ts";
import type { CommandContext, CsvRows, Outcome } from "./command.ts";
import { ISING_SOURCES } from "./ising-references.ts";
import { writeLatticeReport } from "./lattice-artifacts.ts";
import { readNumber, readText } from "./options.ts";
import { bulletLines } from "./render/estimates.ts";
import { renderTable } from "./render/table.ts";

/** Both transitions of spins on the cells of {p,q}. */
interface TransitionRow {
  readonly p: number;
  readonly q: number;
  readonly coordination: number;
  /** Wired exact magnetisation, extrapolated. */
  readonly upper: Estimate;
  /** Closed surfaces by Monte Carlo; null with --exact. */
  readonly monteCarlo: Estimate | null;
  readonly bethe: number;
  /** Free boundary: the dual of the upper transition of {q,p}. */
  readonly lower: Estimate;
  readonly sequence: BulkTransition["sequence"];
  readonly surfaces: ClosedTransition["surfaces"];
}

/** What `--transitions all` shows. */
const ALL = "7,3;3,7;5,4;4,5;8,3;3,8";
/** Cells of the largest wired patch: six layers or more, a few seconds each. */
const MAX_CELLS = 6000;

/** Runs the table. */
export async function runTransitions(context: CommandContext): Promise<Outcome> {
  const { args, signal, onProgress, seed } = context;
  const pairs = readPairs(readText(args, "transitions") as string);
  const isExact = args.exact === true;
  const stream = createStream(seed).fork("transitions");
  const sweeps = Math.min(readNumber(args, "sweeps", { min: 64, integer: true }) ?? 4000, 4000);
  const known = new Map<string, BulkTransition>();
  const solve = (p: number, q: number): BulkTransition => {
    const key = `${p},${q}`;
    const solved = known.get(key) ?? solveBulkTransition(p, q, { maxCells: MAX_CELLS, signal, onProgress });
    known.set(key, solved);
    return solved;
  };
  const rows: TransitionRow[] = [];
  for (const [p, q] of pairs) {
    const { temperature, bethe, sequence } = solve(p, q);
    const closed = isExact
      ? null
      : await estimateBulkTransition(p, q, stream.fork(`${p},${q}`), { sweeps, signal, onProgress });
    rows.push({
      ...{ p, q, coordination: p, upper: temperature, bethe, sequence },
      monteCarlo: closed?.temperature ?? null,
      surfaces: closed?.surfaces ?? [],
      lower: dualEstimate(solve(q, p).temperature),
    });
  }
  const assumptions = [
    "Upper transition: the centre orders under a wired boundary, and closed surfaces order; mean-field exponents.",
    "Lower transition: free patches order; the Kramers-Wannier dual of the upper transition of the dual tiling.",
    "Errors of exact columns are what the extrapolation leaves open; those of Monte Carlo hold statistics too.",
  ];
  const outcome: Outcome = {
    result: { transitions: rows },
    assumptions,
    references: ["closed", "duality", "Kac-Ward"].map((name) => ISING_SOURCES[name] as never),
    seed: isExact ? null : seed,
    text: () => render(rows, assumptions, context),
    csv: () => table(rows),
  };
  const [header, ...lines] = table(rows);
  const agreement = rows
    .flatMap(({ upper, monteCarlo }) =>
      monteCarlo === null
        ? []
        : [Math.abs(upper.value - monteCarlo.value) / Math.hypot(upper.stderr ?? 0, monteCarlo.stderr ?? 0)],
    )
    .reduce((most, d) => Math.max(most, d), 0);
  await writeLatticeReport(context, outcome, {
    kind: "ising-transitions",
    title: "Transitions of hyperbolic Ising models",
    headline: isExact
      ? `${rows.length} upper transitions from exact wired magnetisations`
      : `Exact and Monte Carlo agree within ${agreement.toFixed(1)} errors on all ${rows.length} upper transitions`,
    reason: "Upper transitions lie below that of the tree with the same coordination, lower ones far below.",
    cards: rows
      .slice(0, 6)
      .map(({ p, q, upper, lower }) => [
        `{${p},${q}}`,
        formatEstimate(upper),
        `lower transition ${formatEstimate(lower)}`,
      ]),
    tables: [{ title: "All transitions", table: { columns: (header ?? []).map(String), rows: lines } }],
    facts: ["Spins on cells, J = k = 1."],
    draw: [],
  });
  return outcome;
}

function readPairs(text: string): [number, number][] {
  return (text === "all" ? ALL : text).split(";").map((pair) => {
    const match = /^(\d+),(\d+)$/.exec(pair);
    if (match === null)
      throw new SpecError(`--transitions: received "${text}", expected P,Q, several joined by ;, or all`, {
        hint: "isinglass ising --transitions 7,3",
      });
    const [p, q] = [Number(match[1]), Number(match[2])];
    requireHyperbolic(p, q);
    return [p, q];
  });
}

function table(rows: readonly TransitionRow[]): CsvRows {
  return [
    ["p", "q", "upper", "upperError", "monteCarlo", "monteCarloError", "bethe", "lower", "lowerError"],
    ...rows.map(({ p, q, upper, monteCarlo, bethe, lower }) => [
      ...[p, q, upper.value, upper.stderr, monteCarlo?.value ?? null, monteCarlo?.stderr ?? null],
      ...[bethe, lower.value, lower.stderr],
    ]),
  ];
}

function render(
  rows: readonly TransitionRow[],
  assumptions: readonly string[],
  { style }: CommandContext,
): string {
  return [
    style.bold("Transitions of the Ising model on hyperbolic tilings, spins on cells"),
    "",
    renderTable(
      [
        "cells of",
        "neighbours",
        "upper (wired, exact)",
        "upper (closed, Monte Carlo)",
        "tree",
        "lower (free)",
      ],
      rows.map(({ p, q, upper, monteCarlo, bethe, lower }) => [
        `{${p},${q}}`,
        String(p),
        style.bold(formatEstimate(upper)),
        monteCarlo === null ? "-" : formatEstimate(monteCarlo),
        bethe.toFixed(4),
        style.bold(formatEstimate(lower)),
      ]),
    ),
    ...bulletLines("Assumed:", assumptions),
  ].join("\n");
}
