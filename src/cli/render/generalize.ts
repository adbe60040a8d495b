/** Tables, warnings and figures of `generalize`, against training examples or against width. */
import type { BayesianNetwork, CurvePoint, SampledErrors, WidthPoint } from "../../bayes/index.ts";
import {
  drawGeneralization,
  drawKernelSpectrum,
  drawWidthCurve,
  type Figure,
  type FigureOptions,
  formatEstimate,
  formatNumber,
} from "../../figures/index.ts";
import type { CsvRows, Style } from "../command.ts";
import { renderTable } from "./table.ts";

/** A point with the quantity that is varied. */
export interface ShownPoint {
  readonly at: number;
  readonly point: CurvePoint;
}

/** Points against examples or width. */
export function shownPoints(points: readonly (CurvePoint | WidthPoint)[]): ShownPoint[] {
  return points.map((point) => ({ at: "width" in point ? point.width : point.examples, point }));
}

/** Where theory should not be trusted, and what else to do. */
export function generalizeWarnings(
  points: readonly ShownPoint[],
  { activation, depth }: BayesianNetwork,
  what: "P" | "N",
): string[] {
  const outside = points.filter(({ point }) => !point.validity.isInside);
  const warnings: string[] = [];
  if (outside.length > 0) {
    const where = outside.map(({ at }) => at).join(", ");
    warnings.push(
      `${what} = ${where}: outside of where theory was compared with sampling; expect errors up to 10 percent on random inputs and more on images; --sample tells`,
    );
  }
  warnings.push(...samplingWarnings(points, what));
  const form = points[0]?.point.form;
  if (!activation.odd && form !== "two-parameter" && activation.name !== "linear") {
    const remedy =
      depth === 1 ? "--form two-parameter does not" : "--form two-parameter, for one hidden layer, does not";
    warnings.push(
      `${activation.name} has a mean that is not zero, and order parameters rescale it with the rest of the kernel; ${remedy}`,
    );
  }
  return warnings;
}

/** Largest R-hat of chains that agree, and least share of the energy that momenta have to bring in. */
const AGREEMENT = 1.05;
const LEAST_ENERGY = 0.3;

/** Where samples should not be trusted, and what to do. */
function samplingWarnings(points: readonly ShownPoint[], what: "P" | "N"): string[] {
  const where = (isBad: (sampled: SampledErrors) => boolean): string =>
    points
      .filter(({ point: { sampled } }) => sampled !== null && isBad(sampled))
      .map(({ at }) => at)
      .join(", ");
  const cases = [
    [
      where(({ rHat }) => rHat > AGREEMENT),
      `chains do not agree yet (R-hat above ${AGREEMENT}), so errors are larger than their bars; --burn-in and --samples longer`,
    ],
    [
      where(({ divergences }) => divergences > 0),
      "trajectories whose energy ran away; --burn-in longer or --temperature higher",
    ],
    [
      where(({ energyFraction }) => energyFraction < LEAST_ENERGY),
      "momenta change the energy too little; --samples longer",
    ],
  ] as const;
  return cases.filter(([at]) => at !== "").map(([at, words]) => `sampled at ${what} = ${at}: ${words}`);
}

/** The table for a terminal. */
export function generalizeTable(points: readonly ShownPoint[], what: string, style: Style): string {
  const isSampled = points.some(({ point }) => point.sampled !== null);
  return renderTable(
    [what, "infinite width", "finite width", "bias", "variance", "q", ...(isSampled ? ["sampled"] : [])],
    points.map(({ at, point: { infiniteWidth, finiteWidth, q, sampled, validity } }) => [
      validity.isInside ? String(at) : style.yellow(`${at} *`),
      formatNumber(infiniteWidth.error.value),
      formatNumber(finiteWidth.error.value),
      formatNumber(finiteWidth.bias.value),
      formatNumber(finiteWidth.spread.value),
      formatNumber(q, 4),
      ...(sampled === null ? [] : [formatEstimate(sampled.error)]),
    ]),
    [0, 1, 2, 3, 4, 5, 6],
  );
}

/** What samples are made of and how far they can be trusted, as lines; none without samples. */
export function samplingTable(points: readonly ShownPoint[], what: string, style: Style): string[] {
  const rows = points.flatMap(({ at, point: { sampled } }) => (sampled === null ? [] : [{ at, sampled }]));
  const method = rows[0]?.sampled.error.method;
  if (method === undefined) return [];
  const table = renderTable(
    [what, "bias", "variance", "R-hat", "effective", "energy", "acceptance", "divergent"],
    rows.map(({ at, sampled }) => [
      String(at),
      formatNumber(sampled.bias.value),
      formatNumber(sampled.spread.value),
      sampled.rHat > AGREEMENT ? style.yellow(formatNumber(sampled.rHat, 4)) : formatNumber(sampled.rHat, 4),
      formatNumber(sampled.effectiveSamples, 3),
      formatNumber(sampled.energyFraction, 3),
      formatNumber(sampled.acceptance, 3),
      String(sampled.divergences),
    ]),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
  return ["", `Samples: ${method}`, table];
}

/** Units of the hidden layers: "20", or "20-30" where they differ. */
export function widthsText({ width, widths }: BayesianNetwork): string {
  return widths === undefined ? String(width) : widths.join("-");
}

/** Rows for `--csv`. */
export function generalizeRows(points: readonly ShownPoint[], what: string): CsvRows {
  return [
    [
      ...[what, "infinite_width", "finite_width", "bias", "variance", "q", "sampled", "stderr"],
      ...["r_hat", "effective_samples", "divergences", "inside_validity", "energy_fraction", "acceptance"],
    ],
    ...points.map(({ at, point: { infiniteWidth, finiteWidth, q, sampled, validity } }) => [
      at,
      infiniteWidth.error.value,
      finiteWidth.error.value,
      finiteWidth.bias.value,
      finiteWidth.spread.value,
      q,
      sampled?.error.value ?? null,
      sampled?.error.stderr ?? null,
      sampled?.rHat ?? null,
      sampled?.effectiveSamples ?? null,
      sampled?.divergences ?? null,
      validity.isInside ? 1 : 0,
      sampled?.energyFraction ?? null,
      sampled?.acceptance ?? null,
    ]),
  ];
}

/** The learning curve as a figure. */
export function drawCurve(
  points: readonly ShownPoint[],
  { network, description, isAgainstWidth }: CurveDescription,
  options: FigureOptions,
): Promise<Figure> {
  const { activation, depth, temperature } = network;
  const layers = depth === 1 ? "one hidden layer" : `${depth} hidden layers`;
  const caption = `${description}; temperature ${temperature}. Error: mean square of target minus a sample of the posterior.`;
  const rows = points.map(({ at, point: { infiniteWidth, finiteWidth, sampled } }) => ({
    examples: at,
    width: at,
    infiniteWidth: infiniteWidth.error.value,
    finiteWidth: finiteWidth.error.value,
    sampled: sampled?.error.value ?? null,
    stderr: sampled?.error.stderr ?? null,
  }));
  if (isAgainstWidth) {
    const title = `Test error of ${layers} of ${activation.name} units from ${points[0]?.point.examples} examples`;
    return drawWidthCurve({ title, caption, points: rows.map(({ examples: _, ...row }) => row) }, options);
  }
  const title = `Learning curve of ${layers} of ${widthsText(network)} ${activation.name} units`;
  return drawGeneralization({ title, caption, points: rows.map(({ width: _, ...row }) => row) }, options);
}

/** What a curve is of. */
export interface CurveDescription {
  readonly network: BayesianNetwork;
  readonly description: string;
  readonly isAgainstWidth: boolean;
}

/** The kernel's spectrum at infinite width and rescaled by q. */
export function drawRenormalized(
  eigenvalues: Float64Array,
  { examples, q }: Pick<CurvePoint, "examples" | "q">,
  network: BayesianNetwork,
  options: FigureOptions,
): Promise<Figure> {
  return drawKernelSpectrum(
    {
      bare: eigenvalues,
      renormalized: eigenvalues.map((value) => q * value),
      temperature: network.temperature,
      caption: `Kernel of the outputs on ${examples} training examples. At width ${widthsText(network)} the data rescale all of it by q = ${formatNumber(q, 4)}.`,
    },
    options,
  );
}
