/**
 * Squared singular values of the input-output Jacobian as a histogram, with the mean that mean-field theory predicts
 * (chi_1^L; Pennington, Schoenholz and Ganguli 2017, 2018). At dynamical isometry all of them sit at one.
 */

import { formatNumber } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";

/** Singular values of one or several Jacobians. */
export interface SpectrumInput {
  /** Singular values (not squared), any order; zeros are counted apart. */
  readonly singularValues: ArrayLike<number>;
  /** Predicted mean of the squared singular values; null when theory does not apply. */
  readonly theoryMean: number | null;
  /** Density over log10 of the squared singular value, when theory gives one. */
  readonly theoryDensity?: { readonly logSquare: ArrayLike<number>; readonly density: ArrayLike<number> };
  readonly caption: string;
}

/** Bins of a figure: the square root of the count, so that few values do not stand alone; at most this many. */
const MOST_BINS = 40;
/** Squared singular values below this share of the largest count as zero. */
const ZERO_SHARE = 1e-12;

/** Shares of all values on equal intervals of log10(s^2). */
export interface Histogram {
  readonly bins: readonly { readonly from: number; readonly to: number; readonly share: number }[];
  readonly zeros: number;
}

/** Histogram of log10 of the squares: share of all values, zeros included, per decade; `bins` by default sqrt(n) of the values above zero. */
export function binSquares(singularValues: ArrayLike<number>, bins?: number): Histogram {
  const squares = Array.from(singularValues, (s) => s * s);
  const largest = squares.reduce((a, b) => Math.max(a, b), 0);
  const logs = squares.filter((s2) => s2 > largest * ZERO_SHARE).map(Math.log10);
  const zeros = squares.length - logs.length;
  if (logs.length === 0) return { bins: [], zeros };
  const low = Math.floor(logs.reduce((a, b) => Math.min(a, b)) * 4 - 1e-9) / 4;
  const high = Math.max(low + 0.25, Math.ceil(logs.reduce((a, b) => Math.max(a, b)) * 4 + 1e-9) / 4);
  const count = bins ?? Math.min(MOST_BINS, Math.ceil(Math.sqrt(logs.length)));
  const width = (high - low) / count;
  const counts = new Array<number>(count).fill(0);
  for (const value of logs) {
    const index = Math.min(count - 1, Math.floor((value - low) / width));
    counts[index] = (counts[index] as number) + 1;
  }
  return {
    zeros,
    bins: counts.map((inside, i) => ({
      from: low + i * width,
      to: low + (i + 1) * width,
      share: inside / squares.length / width,
    })),
  };
}

/** Draws the histogram; `theoryMean` is a dashed line, `theoryDensity` a curve. */
export function drawSpectrum(input: SpectrumInput, options: FigureOptions): Promise<Figure> {
  const { singularValues, theoryMean, theoryDensity, caption } = input;
  const { bins, zeros } = binSquares(singularValues);
  const density = Array.from(theoryDensity?.logSquare ?? [], (logSquare, i) => ({
    logSquare,
    density: theoryDensity?.density[i] as number,
  }));
  const mean = theoryMean !== null && theoryMean > 0 ? Math.log10(theoryMean) : null;
  const domain = [
    Math.min(bins[0]?.from ?? 0, mean === null ? 0 : mean - 0.25),
    Math.max(bins.at(-1)?.to ?? 1, density.at(-1)?.logSquare ?? 0, mean === null ? 0 : mean + 0.25),
  ];
  const drawing: Drawing = {
    name: "jacobian-spectrum",
    title: "Jacobian spectrum",
    caption: [
      caption,
      ...(density.length > 0 ? ["The curve is the density that theory expects."] : []),
      ...(zeros > 0 ? [`${zeros} values below ${ZERO_SHARE} of the largest are not drawn.`] : []),
    ].join(" "),
    aspect: 0.45,
    table: {
      columns: ["s^2 from", "s^2 to", "density over log10 s^2"],
      rows: bins.map(({ from, to, share }) => [10 ** from, 10 ** to, share]),
    },
    plot: (plot, theme) => ({
      x: {
        ...{ label: "squared singular value s² →", labelAnchor: "center", labelArrow: "none", domain },
        tickFormat: (log: number) => (Number.isInteger(log) ? formatNumber(10 ** log, 1) : ""),
      },
      y: { label: "↑ density per decade", labelArrow: "none", grid: true, nice: true },
      marks: [
        plot.rectY(bins, {
          ...{ x1: "from", x2: "to", y: "share", fill: theme.measured, fillOpacity: 0.75, insetRight: 1 },
        }),
        plot.line(density, { x: "logSquare", y: "density", stroke: theme.theory, strokeWidth: 2 }),
        ...(mean === null
          ? []
          : [
              plot.ruleX([mean], { stroke: theme.theory, strokeWidth: 2, strokeDasharray: "6,4" }),
              plot.text([mean], {
                ...{ x: (d: number) => d, frameAnchor: "top", dy: -14, fill: theme.theory },
                text: () => `theory: mean s² = ${formatNumber(theoryMean as number, 3)}`,
              }),
            ]),
        plot.ruleY([0], { stroke: "currentColor" }),
      ],
    }),
  };
  return drawFigure(drawing, options);
}
