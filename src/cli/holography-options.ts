/** Arguments that several topics of `isinglass holography` share. */
import { BudgetError, type Reference } from "../base/index.ts";
import {
  type LaplacianWeight,
  laplacianWeight,
  measureThreshold,
  planLayers,
  requireHyperbolic,
} from "../lattice/index.ts";
import { createStream } from "../numerics/index.ts";
import type { Arguments, CommandContext } from "./command.ts";
import { readNumber, readText } from "./options.ts";

/** `--p` and `--q`; throws unless {p,q} is hyperbolic. */
export function readTiling(args: Arguments): { p: number; q: number } {
  const size = { min: 3, integer: true };
  const p = readNumber(args, "p", size) ?? 7;
  const q = readNumber(args, "q", size) ?? 3;
  requireHyperbolic(p, q);
  return { p, q };
}

/** Cells that Lanczos vectors and sparse factors of a few GiB allow. */
const MOST_CELLS = 200_000;

/** `--layers`, or as many edge layers as fit into `--max-cells`. */
export function readLayers(args: Arguments, p: number, q: number, defaultCells: number): number {
  const given = readNumber(args, "layers", { min: 2, integer: true });
  if (given !== undefined) {
    const cells = countCells(p, q, given);
    if (cells > MOST_CELLS)
      throw new BudgetError(
        `holography: ${given} layers of {${p},${q}} have ${cells.toPrecision(4)} cells, at most ${MOST_CELLS} are solved`,
        { hint: "ask for fewer layers", data: { cells, maxCells: MOST_CELLS } },
      );
    return given;
  }
  const maxCells = readNumber(args, "max-cells", { min: 20, max: MOST_CELLS, integer: true }) ?? defaultCells;
  let layers = 2;
  while (countCells(p, q, layers + 1) <= maxCells) layers++;
  return layers;
}

/** Cells of a patch before it is built. */
export function countCells(p: number, q: number, layers: number): number {
  return planLayers(p, q, layers, "edge", "cell").reduce((sum, size) => sum + size, 0);
}

/** Cells of the patches that calibrate a weight: two or three seconds. */
const CALIBRATION_CELLS = 5000;

/** `--weight` as a number; "calibrated" measures the threshold first. */
export async function readWeight(
  { args, seed, signal, onProgress }: CommandContext,
  p: number,
  q: number,
  fallback: "second-order" | "calibrated",
): Promise<number> {
  const text = readText(args, "weight") ?? fallback;
  if (text === "calibrated") {
    const stream = createStream(seed).fork("calibration");
    const table = await measureThreshold(p, q, stream, { maxCells: CALIBRATION_CELLS, signal, onProgress });
    return table.calibratedWeight.value;
  }
  const isNamed = text === "second-order" || text === "finite-element";
  const kind: LaplacianWeight = isNamed
    ? text
    : (readNumber(args, "weight", { min: 0, open: true }) as number);
  return laplacianWeight(p, q, kind);
}

/** Sources. */
export const HOLOGRAPHY_SOURCES: Readonly<
  Record<"threshold" | "correlator" | "smearing" | "chain", Reference>
> = {
  threshold: {
    authors: "Basteiro, Dusel, Erdmenger, Herdt, Hinrichsen, Meyer, Schrauth",
    year: 2023,
    title: "Breitenlohner-Freedman bound on hyperbolic tilings",
    id: "Phys. Rev. Lett. 130, 091604",
  },
  correlator: {
    authors: "Asaduzzaman, Catterall, Hubisz, Nelson, Unmuth-Yockey",
    year: 2020,
    title: "Holography on tessellations of hyperbolic space",
    id: "Phys. Rev. D 102, 034511",
  },
  smearing: {
    authors: "Hamilton, Kabat, Lifschytz, Lowe",
    year: 2006,
    title: "Holographic representation of local bulk operators",
    id: "Phys. Rev. D 74, 066009",
  },
  chain: {
    authors: "Basteiro, Di Giulio, Erdmenger, Karl, Meyer, Xian",
    year: 2022,
    title: "Towards explicit discrete holography: aperiodic spin chains from hyperbolic tilings",
    id: "SciPost Phys. 13, 103",
  },
};
