/**
 * Eigenvalues of a density matrix in descending order on a logarithmic axis, beside two spectra that mean something: the flat one
 * (orthogonal samples) and the one of samples that all have the same cosine.
 */
import { type GramEstimates, predictEquicorrelated } from "../flow/index.ts";
import { formatEstimate, formatNumber } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";

/** A measured spectrum with its entropy. */
export interface GramSpectrumInput extends Pick<GramEstimates, "spectrum" | "entropy" | "effectiveRank"> {
  readonly caption: string;
}

/** Eigenvalues below are rounding of float64. */
const SMALLEST = 1e-16;

/** Draws the spectrum; the solid line has the same mean cosine, the dashed line is flat. */
export function drawGramSpectrum(input: GramSpectrumInput, options: FigureOptions): Promise<Figure> {
  const { spectrum, entropy, effectiveRank, caption } = input;
  const { eigenvalues, samples, meanCosine } = spectrum;
  const points = Array.from(eigenvalues, (value, k) => ({ rank: k + 1, value })).filter(
    ({ value }) => value > SMALLEST,
  );
  const hidden = eigenvalues.length - points.length;
  const hasEqual = meanCosine > 0 && meanCosine < 1 && samples > 1;
  const equal = hasEqual
    ? Array.from(predictEquicorrelated(samples, meanCosine).eigenvalues, (value, k) => ({
        rank: k + 1,
        value,
      }))
    : [];
  const drawing: Drawing = {
    name: "gram-spectrum",
    title: "Gram spectrum",
    caption: [
      caption,
      `Entropy ${formatEstimate(entropy)} of log ${samples}, effective rank ${formatEstimate(effectiveRank)}.`,
      "Dashed: orthogonal samples.",
      ...(hasEqual ? ["Line: samples that all have the mean cosine of this batch."] : []),
      ...(hidden > 0
        ? [`${hidden === 1 ? "1 eigenvalue is" : `${hidden} eigenvalues are`} 0 to rounding and not drawn.`]
        : []),
    ].join(" "),
    aspect: 0.55,
    table: { columns: ["index", "eigenvalue"], rows: Array.from(eigenvalues, (value, k) => [k + 1, value]) },
    plot: (plot, theme) => ({
      x: {
        label: "rank of the eigenvalue →",
        labelAnchor: "center",
        labelArrow: "none",
        ticks: Math.min(10, samples),
        tickFormat: "d",
      },
      y: {
        label: "↑ eigenvalue",
        labelArrow: "none",
        type: "log",
        grid: true,
        ...decadeTicks([...points, ...equal].map(({ value }) => value).concat(1 / samples)),
        tickFormat: (value: number) => formatNumber(value, 2),
      },
      marks: [
        plot.ruleY([1 / samples], { stroke: theme.muted, strokeDasharray: "5,4" }),
        plot.line(equal, { x: "rank", y: "value", stroke: theme.theory, strokeWidth: 1.5 }),
        plot.dot(points, { x: "rank", y: "value", r: points.length > 200 ? 1.5 : 3, fill: theme.measured }),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

/** Powers of ten around the values, at most about eight. */
function decadeTicks(values: readonly number[]): { ticks: number[]; domain: [number, number] } {
  const low = Math.floor(Math.log10(values.reduce((a, b) => Math.min(a, b))) + 1e-9);
  const high = Math.ceil(Math.log10(values.reduce((a, b) => Math.max(a, b))) - 1e-9);
  const top = Math.max(high, low + 1);
  const step = Math.ceil((top - low) / 8);
  const count = Math.floor((top - low) / step) + 1;
  return {
    domain: [10 ** low, 10 ** top],
    ticks: Array.from({ length: count }, (_, i) => 10 ** (low + i * step)),
  };
}
