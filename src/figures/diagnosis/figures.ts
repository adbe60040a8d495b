/** The figures of a diagnosis, each with the sentence that says what to see. */
import type { Comparison, Diagnosis, LayerDiagnosis } from "../../signal/index.ts";
import { formatEstimate, formatNumber } from "../basics/index.ts";
import { type DepthPoint, drawDepthProfile } from "../depth-profile.ts";
import type { Figure, FigureOptions } from "../figure.ts";
import { drawPhaseDiagram, type PhaseDiagramInput } from "../phase-diagram.ts";
import { drawSpectrum } from "../spectrum.ts";
import { drawAgreement } from "./agreement.ts";
import { drawCorrelation } from "./correlation.ts";
import type { DrawnDensity } from "./density.ts";

/** What the figures are drawn from. Plain data: it crosses threads, so that a page computes it in a worker. */
export interface DiagnosisPictures {
  readonly diagnosis: Diagnosis;
  /** The phase diagram of the network's activation; null when theory does not cover it. */
  readonly diagram: PhaseDiagramInput | null;
  /** Of `predictDrawnDensity`. */
  readonly density: DrawnDensity | null;
}

/** Figures by their place; null where the diagnosis has no numbers for them. */
export interface ReportFigures {
  readonly phase: Figure | null;
  readonly length: Figure | null;
  readonly correlation: Figure | null;
  readonly gradient: Figure | null;
  readonly jacobian: Figure | null;
  readonly residuals: Figure | null;
}

/** Draws one figure; null where the diagnosis has no numbers for it. */
export type DrawDiagnosisFigure = (
  pictures: DiagnosisPictures,
  options: FigureOptions,
) => Promise<Figure | null>;

/** Every figure by its place. */
export const DIAGNOSIS_FIGURES: Readonly<Record<keyof ReportFigures, DrawDiagnosisFigure>> = {
  phase: drawPhase,
  length: drawLength,
  correlation: async ({ diagnosis }, options) => {
    const c = profileOf(diagnosis, ({ c }) => c);
    return hasNumbers(c) ? drawCorrelation(c, diagnosis, options) : null;
  },
  gradient: drawGradient,
  jacobian: drawJacobian,
  residuals: ({ diagnosis }, options) =>
    drawAgreement(
      [
        { name: "q", layers: profileOf(diagnosis, ({ q }) => q) },
        { name: "c", layers: profileOf(diagnosis, ({ c }) => c) },
        { name: "gradient", layers: profileOf(diagnosis, ({ gradient }) => gradient) },
      ],
      options,
    ),
};

/** Draws all figures that the diagnosis has numbers for. */
export async function drawDiagnosisFigures(
  pictures: DiagnosisPictures,
  options: FigureOptions,
): Promise<ReportFigures> {
  const drawn: Partial<Record<keyof ReportFigures, Figure | null>> = {};
  for (const place of Object.keys(DIAGNOSIS_FIGURES) as (keyof ReportFigures)[])
    drawn[place] = await DIAGNOSIS_FIGURES[place](pictures, options);
  return drawn as ReportFigures;
}

function profileOf(
  { layers }: Diagnosis,
  pick: (layer: LayerDiagnosis) => Comparison,
): readonly DepthPoint[] {
  return layers.map((layer) => ({ layer: layer.layer, ...pick(layer) }));
}

function hasNumbers(points: readonly DepthPoint[]): boolean {
  return points.some(({ theory, measured }) => theory !== null || measured !== null);
}

async function drawPhase(
  { diagram, diagnosis }: DiagnosisPictures,
  options: FigureOptions,
): Promise<Figure | null> {
  const { network, weightVariance, biasVariance } = diagnosis;
  const label = network.origin === "file" ? (network.name.split(/[\\/]/).at(-1) as string) : "this network";
  const points = [{ label, sigmaW2: weightVariance, sigmaB2: biasVariance }];
  return diagram && drawPhaseDiagram({ ...diagram, points }, options);
}

async function drawLength({ diagnosis }: DiagnosisPictures, options: FigureOptions): Promise<Figure | null> {
  const layers = profileOf(diagnosis, ({ q }) => q);
  if (!hasNumbers(layers)) return null;
  const { theory } = diagnosis;
  const limit = theory !== null && Number.isFinite(theory.q.value) ? theory.q.value : null;
  const values = layers
    .flatMap(({ theory: t, measured }) => [t, measured?.value])
    .filter((v) => typeof v === "number");
  const spread = Math.max(...values) / Math.max(Math.min(...values), Number.MIN_VALUE);
  return drawDepthProfile(
    {
      name: "length",
      title: "Length of the signal",
      caption: `The mean squared pre-activation of each layer${limit === null ? "" : `; theory settles at q* = ${formatNumber(limit, 4)} (dashed)`}. It should neither die out nor grow.`,
      quantity: "mean squared pre-activation q",
      layers,
      limit,
      isLogarithmic: spread > 100,
    },
    options,
  );
}

async function drawGradient(
  { diagnosis }: DiagnosisPictures,
  options: FigureOptions,
): Promise<Figure | null> {
  const layers = profileOf(diagnosis, ({ gradient }) => gradient);
  if (!hasNumbers(layers)) return null;
  return drawDepthProfile(
    {
      name: "gradient",
      title: "Gradients by layer",
      caption:
        "The mean squared gradient that reaches each layer, relative to the last. A level line is healthy; a line that falls to the left means that early layers learn nothing, one that rises that they explode.",
      quantity: "squared gradient, last layer = 1",
      layers,
      isLogarithmic: true,
    },
    options,
  );
}

async function drawJacobian(
  { diagnosis, density }: DiagnosisPictures,
  options: FigureOptions,
): Promise<Figure | null> {
  const { jacobian } = diagnosis;
  if (jacobian === null) return null;
  return drawSpectrum(
    {
      ...jacobian,
      ...(density === null ? {} : { theoryDensity: density }),
      theoryMean: jacobian.meanSquare.theory,
      caption: describeJacobian(diagnosis),
    },
    options,
  );
}

function describeJacobian({ jacobian, network }: Diagnosis): string {
  if (jacobian === null) return "";
  const beside = (name: string, { theory, measured }: Comparison): string[] => {
    if (measured === null) return [];
    const expected = theory === null ? "" : ` (theory ${formatNumber(theory, 3)})`;
    return [`${name} ${formatEstimate(measured)}${expected}`];
  };
  const numbers = [
    ...beside("mean", jacobian.meanSquare),
    ...beside("relative variance", jacobian.relativeVariance),
  ];
  return `How the ${network.depth} layers stretch small changes of the signal: values near 1 keep them, far below 1 lose them. Measured: ${numbers.join(", ")}.`;
}
