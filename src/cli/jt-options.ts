/** Arguments of `isinglass jt`. */
import { SpecError } from "../base/index.ts";
import { type GravityPatch, gravityCouplings, type RegionStart } from "../lattice/index.ts";
import type { Arguments } from "./command.ts";
import { meant } from "./ising-model.ts";
import type { JtPoint } from "./jt-rows.ts";
import { readNumber, readRange } from "./options.ts";

/** `--q` and `--layers`; throws for {3,q} that is not hyperbolic. */
export function readPatch(args: Arguments): { q: number; layers: number } {
  const q = readNumber(args, "q", { integer: true }) ?? 7;
  gravityCouplings(q, 0);
  return { q, layers: readNumber(args, "layers", { min: 1, integer: true }) ?? 4 };
}

/** `--start`. */
export function readStart(args: Arguments): RegionStart {
  const starts = ["full", "seed"] as const;
  const start = starts.find((word) => word === args.start);
  if (start === undefined)
    throw new SpecError(
      `--start: received "${args.start}", expected full or seed${meant(String(args.start), starts)}`,
      { hint: "leave --start out to begin with every triangle up" },
    );
  return start;
}

/** Points of `--scan`: (J - E) / h from a collapsed region to a wall at the cutoff. */
const SCAN_POINTS = 13;
const SCAN_FROM = 8;
const SCAN_TO = -4;

/** `--beta` and `--energy`, one of which may be a scan. */
export function readPoints(args: Arguments, q: number): JtPoint[] {
  const betas = readRange(args, "beta", { min: 0 }, 11) ?? [2];
  const { field, coupling } = gravityCouplings(q, 0);
  const given = readRange(args, "energy", {}, SCAN_POINTS);
  const isScan = args.scan === true && betas.length === 1;
  const scanned = Array.from(
    { length: SCAN_POINTS },
    (_, k) => coupling - field * (SCAN_FROM + ((SCAN_TO - SCAN_FROM) * k) / (SCAN_POINTS - 1)),
  );
  const energies = given ?? (isScan ? scanned : [0]);
  if (betas.length > 1 && energies.length > 1)
    throw new SpecError(
      `jt: received ${betas.length} values of --beta and ${energies.length} of --energy, expected a scan over one of them`,
      { hint: "for example --beta 5 --energy -0.2:0.5:8" },
    );
  return betas.flatMap((beta) => energies.map((resolventEnergy) => ({ beta, resolventEnergy })));
}

/** Proposals of all runs of a point, about, where nothing is said. */
const DEFAULT_PROPOSALS = 2e6;

/** Sweeps where none are given. */
export function defaultSweeps({ cells }: GravityPatch, isScan: boolean): number {
  return Math.max(500, Math.min(isScan ? 2000 : 10_000, Math.round(DEFAULT_PROPOSALS / cells)));
}
