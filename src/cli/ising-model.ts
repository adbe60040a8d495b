/** Arguments of `isinglass ising`: lattice, boundary, field, temperatures. */
import { SpecError } from "../base/index.ts";
import {
  type BoundaryKind,
  betheCriticalTemperature,
  createModel,
  LATTICE_FORMS,
  parseLattice,
  type SpinGraph,
  type SpinModel,
  SQUARE_TC,
} from "../lattice/index.ts";
import type { Arguments } from "./command.ts";
import { readNumber, readRange, readText } from "./options.ts";
import { suggest } from "./suggest.ts";

/** Shown where a value is missing. */
export const ISING_EXAMPLE = "isinglass ising --lattice square:32 --temperature 2.269185 --algorithm wolff";

/** Temperatures of `--scan` without `--temperatures`. */
const SCAN_POINTS = 21;
/** Range of a default scan, as fractions of the temperature where something happens. */
const SCAN_FROM = 0.4;
const SCAN_TO = 1.6;

/** `--temperature`, `--temperatures`, or the range of `--scan`. */
export function readTemperatures(args: Arguments, model: SpinModel): number[] {
  const above = { min: 0, open: true };
  const one = readNumber(args, "temperature", above);
  const many = readRange(args, "temperatures", above, 9);
  if (one !== undefined && (many !== undefined || args.scan === true))
    throw new SpecError(
      `ising: received --temperature and ${many === undefined ? "--scan" : "--temperatures"}, expected one of them`,
      { hint: ISING_EXAMPLE },
    );
  if (many !== undefined) return many;
  if (args.scan === true) return chooseTemperatures(model);
  if (one === undefined)
    throw new SpecError("--temperature is missing, expected a number above 0", { hint: ISING_EXAMPLE });
  return [one];
}

/** Equal steps round the temperature where the lattice orders, roughly. */
function chooseTemperatures({ graph, boundary }: SpinModel): number[] {
  const centre = orderingScale(graph, boundary);
  return Array.from({ length: SCAN_POINTS }, (_, k) =>
    Number((centre * (SCAN_FROM + ((SCAN_TO - SCAN_FROM) * k) / (SCAN_POINTS - 1))).toPrecision(4)),
  );
}

function orderingScale({ shape, bonds, sites }: SpinGraph, boundary: BoundaryKind): number {
  if (shape.kind === "square") return SQUARE_TC;
  // 4 / log 3 (Houtappel 1950)
  if (shape.kind === "triangular") return 4 / Math.log(3);
  const degree = 2 * (bonds / sites);
  if (shape.kind === "hyperbolic" && boundary !== "free") return betheCriticalTemperature(shape.tiling.p);
  return Math.max(1, 0.75 * degree);
}

/** `--lattice`, `--boundary` and `--field`. */
export function readModel(args: Arguments): SpinModel {
  const text = readText(args, "lattice");
  if (text === undefined)
    throw new SpecError(`--lattice is missing, expected ${LATTICE_FORMS.join(", ")}`, {
      hint: ISING_EXAMPLE,
    });
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

/** An option that is one of several words. */
export function readWord<T extends string>(args: Arguments, name: string, words: readonly T[]): T {
  const text = args[name];
  const word = words.find((w) => w === text);
  if (word === undefined)
    throw new SpecError(
      `--${name}: received "${text}", expected ${words.join(", ")}${meant(String(text), words)}`,
      { hint: ISING_EXAMPLE },
    );
  return word;
}

/** "; did you mean wolff?", or nothing. */
export function meant(word: string, known: readonly string[]): string {
  const near = suggest(word, known);
  return near === null ? "" : `; did you mean ${near}?`;
}
