/** The figures of a diagnosis, each with the sentence that says what to see. */

import { ConvergenceError, SpecError } from "../base/index.ts";
import {
  type DepthPoint,
  drawDepthProfile,
  drawPhaseDiagram,
  drawSpectrum,
  type Figure,
  type FigureOptions,
  formatEstimate,
  formatNumber,
  type PhaseDiagramInput,
  type SpectrumInput,
} from "../figures/index.ts";
import { resolveActivation } from "../networks/index.ts";
import {
  type Comparison,
  type Diagnosis,
  type LayerDiagnosis,
  predictJacobianDensity,
} from "../signal/index.ts";
import { drawAgreement } from "./agreement.ts";
import { drawCorrelation } from "./correlation.ts";

/** Figures by their place in the report; null where the diagnosis has no numbers for them. */
export interface ReportFigures {
  readonly phase: Figure | null;
  readonly length: Figure | null;
  readonly correlation: Figure | null;
  readonly gradient: Figure | null;
  readonly jacobian: Figure | null;
  readonly residuals: Figure | null;
}

/** Draws all figures that the diagnosis has numbers for. */
export async function drawReportFigures(
  diagnosis: Diagnosis,
  diagram: PhaseDiagramInput | null,
  options: FigureOptions,
): Promise<ReportFigures> {
  const { network, weightVariance, biasVariance, layers, jacobian } = diagnosis;
  const label = network.origin === "file" ? (network.name.split(/[\\/]/).at(-1) as string) : "this network";
  const points = [{ label, sigmaW2: weightVariance, sigmaB2: biasVariance }];
  const q = profileOf(layers, ({ q }) => q);
  const c = profileOf(layers, ({ c }) => c);
  const gradient = profileOf(layers, ({ gradient }) => gradient);
  return {
    phase: diagram && (await drawPhaseDiagram({ ...diagram, points }, options)),
    length: hasNumbers(q) ? await drawLength(q, diagnosis, options) : null,
    correlation: hasNumbers(c) ? await drawCorrelation(c, diagnosis, options) : null,
    gradient: hasNumbers(gradient) ? await drawGradient(gradient, options) : null,
    jacobian:
      jacobian &&
      (await drawSpectrum(
        {
          ...jacobian,
          ...densityOf(diagnosis),
          theoryMean: jacobian.meanSquare.theory,
          caption: describeJacobian(diagnosis),
        },
        options,
      )),
    residuals: await drawAgreement(
      [
        { name: "q", layers: q },
        { name: "c", layers: c },
        { name: "gradient", layers: gradient },
      ],
      options,
    ),
  };
}

function profileOf(
  layers: readonly LayerDiagnosis[],
  pick: (layer: LayerDiagnosis) => Comparison,
): DepthPoint[] {
  return layers.map((layer) => ({ layer: layer.layer, ...pick(layer) }));
}

function hasNumbers(points: readonly DepthPoint[]): boolean {
  return points.some(({ theory, measured }) => theory !== null || measured !== null);
}

function drawLength(layers: DepthPoint[], { theory }: Diagnosis, options: FigureOptions): Promise<Figure> {
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

function drawGradient(layers: DepthPoint[], options: FigureOptions): Promise<Figure> {
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

/** Points of a theory curve. */
const DENSITY_POINTS = 80;

/**
 * Theory's density over log10(s^2) on the measured support; nothing where it does not apply or cannot be continued. It is
 * that of layers at the fixed point; the first layers, where the signal still settles, are not.
 */
function densityOf({ jacobian, theory, network }: Diagnosis): Pick<SpectrumInput, "theoryDensity"> {
  const isCovered = jacobian?.isComplete && jacobian.relativeVariance.theory !== null && jacobian.depth > 0;
  if (!isCovered || theory === null || network.activation === null || theory.varianceLimit !== "finite")
    return {};
  const squares = jacobian.singularValues.map((s) => s * s);
  const largest = squares.reduce((most, square) => Math.max(most, square), 0);
  const logs = squares.filter((square) => square > largest * SMALLEST_SHARE).map(Math.log10);
  const low = logs.reduce((least, log) => Math.min(least, log), Number.POSITIVE_INFINITY);
  const high = Math.log10(largest) + DENSITY_MARGIN;
  const logSquare = Float64Array.from(
    { length: DENSITY_POINTS },
    (_, i) => low + ((high - low) * i) / (DENSITY_POINTS - 1),
  );
  const lambda = logSquare.map((log) => 10 ** log);
  const setup = {
    sigmaW2: theory.sigmaW2,
    q: theory.q.value,
    depth: jacobian.depth,
    ensemble: jacobian.ensemble,
  };
  try {
    const { density } = predictJacobianDensity(resolveActivation(network.activation), setup, lambda);
    return {
      theoryDensity: { logSquare, density: density.map((d, i) => d * (lambda[i] as number) * Math.LN10) },
    };
  } catch (error) {
    if (error instanceof ConvergenceError || error instanceof SpecError) return {};
    throw error;
  }
}

/** Squared singular values below this share of the largest are rounding errors of float32. */
const SMALLEST_SHARE = 1e-9;
/** Decades drawn beyond the largest measured value. */
const DENSITY_MARGIN = 0.3;

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
