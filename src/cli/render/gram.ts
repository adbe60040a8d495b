/** The result of `isinglass gram` for people. */
import { formatEstimate, formatNumber } from "../../figures/basics/index.ts";
import type { GramEstimates } from "../../flow/index.ts";
import type { CommandContext } from "../command.ts";
import { type EstimateRow, estimateLines } from "./estimates.ts";
import { sparkline } from "./spark.ts";

/** Lines for a terminal: what the batch spans, then the numbers, then the spectrum. */
export function gramLines(
  path: string,
  estimates: GramEstimates,
  noiseEntropy: number | null,
  { style, columns }: CommandContext,
): string {
  const { spectrum, entropy, effectiveRank } = estimates;
  const { samples, features, zeroRows, eigenvalues, meanCosine, centring } = spectrum;
  const positive = Array.from(eigenvalues).filter((value) => value > SMALLEST);
  const rows: EstimateRow[] = [
    ["entropy", entropy, `von Neumann, over log ${samples}`],
    ["effectiveRank", effectiveRank, "exp of the entropy in nats"],
    ["participationRatio", estimates.participationRatio, "1 / Tr rho^2"],
    ["renyi2", estimates.renyi2, "-log Tr rho^2, nats"],
    ["minEntropy", estimates.minEntropy, "-log of the largest eigenvalue, nats"],
    ["spectralGap", estimates.spectralGap, "largest less second eigenvalue"],
  ];
  const noise =
    noiseEntropy === null ? "" : `; independent noise would have entropy ${formatNumber(noiseEntropy, 4)}`;
  return [
    style.bold(
      `${path}: ${samples} samples span ${formatEstimate(effectiveRank)} equal directions, entropy ${formatEstimate(entropy)}`,
    ),
    `${features} features${zeroRows > 0 ? `, ${zeroRows} samples without contrast` : ""}`,
    "",
    ...estimateLines(rows, style),
    "",
    `mean ${centring === "sample" ? "correlation" : "cosine"} of two samples ${formatNumber(meanCosine, 4)}${noise}`,
    ...(positive.length > 1
      ? [
          `log eigenvalues, ${formatNumber(positive[0] as number, 3)} to ${formatNumber(positive.at(-1) as number, 3)}:`,
          sparkline(positive.map(Math.log), { width: Math.max(10, Math.min(72, columns - 4)) }),
        ]
      : []),
  ].join("\n");
}

/** Eigenvalues below are rounding of float64. */
const SMALLEST = 1e-15;
