/** Whatever exact values exist for a model: chooses the method, and says which. */
import type { SpinModel } from "../graphs/index.ts";
import { enumerateModel } from "./enumeration.ts";
import { solveKaufman } from "./kaufman.ts";
import { planFreePatch, planWiredPatch } from "./patch.ts";
import { solveTree } from "./tree.ts";

/** Exact values of a model; null where the method gives none. Per site, all sites counted. */
export interface ExactReference {
  readonly method: string;
  readonly logZ: number;
  readonly freeEnergy: number;
  readonly energy: number;
  readonly heatCapacity: number;
  /** <m>; 0 by symmetry when nothing breaks it. */
  readonly magnetization: number | null;
  readonly absoluteMagnetization: number | null;
  readonly magnetization2: number | null;
  readonly magnetization4: number | null;
  /** <s> of the central site. */
  readonly centralMagnetization: number | null;
}

/** Solves a model at any temperature; planning was done once. */
export interface ExactSolver {
  readonly method: string;
  /** Estimated floating-point operations per temperature. */
  readonly work: number;
  solve(temperature: number): ExactReference;
}

/** Options of `planExact`. */
export interface ExactOptions {
  /** Largest number of operations per temperature; default 1e11 (about a minute). */
  readonly maxWork?: number;
}

/** Free spins up to which enumeration is preferred: it gives every observable. */
const PREFER_ENUMERATION = 20;
/** Bonds beyond which the elimination is not even planned. */
const MAX_BONDS = 60_000;

/**
 * Chooses an exact method: enumeration to 20 free spins, messages on trees, Kaufman's torus, the Kac-Ward determinant for planar
 * patches with free or wired boundary (both without field).
 *
 * @returns null when none applies or it would cost more than `maxWork`.
 * @example
 * ```ts
 * import { createModel, parseLattice, planExact } from "isinglass/lattice";
 * planExact(createModel(parseLattice("square:32")))?.solve(2).energy; // => -1.7455645
 * ```
 */
export function planExact(model: SpinModel, options: ExactOptions = {}): ExactSolver | null {
  const { maxWork = 1e11 } = options;
  const solver = chooseSolver(model);
  return solver !== null && solver.work <= maxWork ? solver : null;
}

function chooseSolver(model: SpinModel): ExactSolver | null {
  const { graph, spins, field, siteFields, boundary } = model;
  const { shape } = graph;
  const isSymmetric = model.ghost === null;
  const none = {
    magnetization: isSymmetric ? 0 : null,
    absoluteMagnetization: null,
    magnetization2: null,
    magnetization4: null,
    centralMagnetization: isSymmetric ? 0 : null,
  };
  if (spins <= PREFER_ENUMERATION) {
    const method = `enumeration of ${2 ** spins} states`;
    return {
      method,
      work: 2 ** spins * 60,
      solve(temperature) {
        const { siteMagnetization, centreCorrelation: _, ...averages } = enumerateModel(model, temperature);
        const centralMagnetization = siteMagnetization[graph.centre] as number;
        return { ...none, ...averages, method, centralMagnetization };
      },
    };
  }
  if (shape.kind === "square" && shape.periodic && isSymmetric) {
    const { columns, rows } = shape;
    const method = "Kaufman, finite torus";
    const solve = (temperature: number): ExactReference => ({
      ...none,
      ...solveKaufman(temperature, columns, rows),
      method,
    });
    return { method, work: 1000 * columns, solve };
  }
  if (solveTree(model, 1) !== null) {
    const method = "messages on a tree";
    return {
      method,
      work: 200 * spins,
      solve(temperature) {
        const solution = solveTree(model, temperature);
        if (solution === null) throw new Error("internal: a tree turned into a loop");
        const { spinMagnetization: _, ...averages } = solution;
        return { ...none, ...averages, method };
      },
    };
  }
  if (field !== 0 || siteFields !== null || graph.bonds > MAX_BONDS) return null;
  return planarSolver(model, boundary, none);
}

function planarSolver(
  { graph }: SpinModel,
  boundary: SpinModel["boundary"],
  none: Omit<ExactReference, "method" | "logZ" | "freeEnergy" | "energy" | "heatCapacity">,
): ExactSolver | null {
  if (boundary === "free") {
    const patch = planFreePatch(graph);
    if (patch === null) return null;
    const method = "Kac-Ward determinant, free boundary";
    return {
      method,
      work: patch.work,
      solve: (temperature) => ({ ...none, ...patch.solve(temperature), method }),
    };
  }
  const patch = boundary === "wired" ? planWiredPatch(graph) : null;
  if (patch === null) return null;
  const method = "Kac-Ward determinant of domain walls, wired boundary";
  return {
    method,
    work: patch.work,
    solve: (temperature) => ({
      ...none,
      ...patch.solve(temperature),
      centralMagnetization: patch.magnetization(temperature),
      method,
    }),
  };
}
