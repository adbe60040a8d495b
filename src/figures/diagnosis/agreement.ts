/** Residuals of all quantities, without those that rounding decides, and what to expect of them. */
import type { DepthPoint } from "../depth-profile.ts";
import type { Figure, FigureOptions } from "../figure.ts";
import { drawResiduals } from "../residuals.ts";
import { studentInside } from "../student.ts";
import { isRounding, ROUNDING_FLOOR } from "./correlation.ts";

/** Quantities by name, layer by layer. */
export interface AgreementSeries {
  readonly name: string;
  readonly layers: readonly DepthPoint[];
}

/** Draws measurement minus theory; null when no layer has both with an error. */
export async function drawAgreement(
  series: readonly AgreementSeries[],
  options: FigureOptions,
): Promise<Figure | null> {
  const isDrawable = ({ theory, measured }: DepthPoint): boolean => theory !== null && !!measured?.stderr;
  const withBoth = series.map(({ name, layers }) => ({ name, layers: layers.filter(isDrawable) }));
  const drawn = withBoth
    .map(({ name, layers }) => ({
      name,
      layers: name === "c" ? layers.filter((point) => !isRounding(point)) : layers,
    }))
    .filter(({ layers }) => layers.length > 0);
  if (drawn.length === 0) return null;
  const count = (list: readonly AgreementSeries[]): number =>
    list.reduce((sum, { layers }) => sum + layers.length, 0);
  const leftOut = count(withBoth) - count(drawn);
  const rounding =
    leftOut === 0
      ? []
      : [
          `Left out: ${leftOut} of ${count(withBoth)} points, those of c where 1 − c is below ${ROUNDING_FLOOR}, which 32-bit rounding decides.`,
        ];
  const caption = [...describeErrors(drawn), ...rounding].join(" ");
  return drawResiduals({ series: drawn, caption }, options);
}

function describeErrors(series: readonly AgreementSeries[]): string[] {
  const measured = series.flatMap(({ layers }) => layers.flatMap((point) => point.measured ?? []));
  const n = measured.reduce((least, estimate) => Math.min(least, estimate.n), Number.POSITIVE_INFINITY);
  const correlated =
    "Layers of one network are strongly correlated: a run of points on one side is often a single fluctuation.";
  if (!measured.every(({ method }) => method.includes("seeds"))) {
    return [
      `Errors are over ${n} inputs of this one network. Theory speaks of the mean over random draws of the weights, whose scatter these errors do not hold: deviations beyond the grey band of two are no contradiction in a narrow or trained network.`,
      correlated,
    ];
  }
  const degrees = Math.max(1, n - 1);
  const share = (t: number): string => `${Math.round(100 * studentInside(t, degrees))} %`;
  return [
    `Each error comes from ${n} random networks, so deviations in units of it follow Student's t with ${degrees} degrees of freedom: ${share(1)} lie within one error and ${share(2)} within two. They are drawn as Gaussian deviations of the same probability: where theory is right, 68 % lie within 1 and 95 % inside the grey band of 2.`,
    correlated,
  ];
}
