/** The figures of the room: learning curve, spectrum of the kernel, and the kernels themselves. */
import type { JSX } from "preact";
import { formatNumber } from "../../../../src/figures/basics/index.ts";
import type { FigureOptions } from "../../../../src/figures/index.ts";
import { FigureFrame } from "../../figure/index.ts";
import { shown } from "./curves.ts";
import { scalesKernel } from "./forms.ts";
import { state } from "./state.ts";
import type { CurveAnswer, ShownPoint } from "./types.ts";

/** Figures, loaded with the first drawing. */
const figures = () => import("../../../../src/figures/index.ts");

const parameters = (): Readonly<Record<string, unknown>> => ({ ...shown.peek()?.request });

function networkName({ request: { depth, width, activation } }: CurveAnswer): string {
  return `${depth === 1 ? "one hidden layer" : `${depth} hidden layers`} of ${width} ${activation} units`;
}

function drawCurve(options: FigureOptions) {
  const answer = shown.value;
  if (answer === null) return null;
  const { description, points, request } = answer;
  return figures().then(({ drawGeneralization }) =>
    drawGeneralization(
      {
        title: `Learning curve of ${networkName(answer)}`,
        caption: `${description}; temperature ${request.temperature}. Error: mean square of target minus a sample of the posterior.`,
        points: points.map(({ examples, infiniteWidth, finiteWidth, sampled }) => ({
          examples,
          infiniteWidth: infiniteWidth.error.value,
          finiteWidth: finiteWidth?.error.value ?? null,
          sampled: sampled?.error.value ?? null,
          stderr: sampled?.error.stderr ?? null,
        })),
      },
      options,
    ),
  );
}

function drawSpectrum(options: FigureOptions) {
  const answer = shown.value;
  if (answer === null) return null;
  const { eigenvalues, points, request } = answer;
  const { q } = points.at(-1) as ShownPoint;
  const isScaled = q !== null && scalesKernel(request.form);
  const finite =
    q === null
      ? "With biases there is no theory of finite width here."
      : isScaled
        ? `At width ${request.width} the data rescale all of it by q = ${formatNumber(q, 4)}.`
        : `The ${request.form} form rescales it inside, which no single factor shows.`;
  return figures().then(({ drawKernelSpectrum }) =>
    drawKernelSpectrum(
      {
        bare: eigenvalues,
        renormalized: isScaled ? eigenvalues.map((value) => q * value) : null,
        temperature: request.temperature,
        caption: `Kernel of the outputs on ${request.largest} training examples. ${finite}`,
      },
      options,
    ),
  );
}

function drawWidths(options: FigureOptions) {
  const answer = shown.value;
  if (answer === null || answer.widths.length === 0) return null;
  const { request, widths, points } = answer;
  const own = points.at(-1)?.sampled ?? null;
  return figures().then(({ drawWidthCurve }) =>
    drawWidthCurve(
      {
        title: `Test error from ${request.largest} examples against width`,
        caption:
          "Finite width at the saddle point; the dashed line is infinite width. Where the curve lies below it, a narrow network is better off than a wide one.",
        points: widths.map(({ width, infiniteWidth, finiteWidth }) => ({
          ...{ width, infiniteWidth, finiteWidth },
          sampled: width === request.width ? (own?.error.value ?? null) : null,
          stderr: width === request.width ? (own?.error.stderr ?? null) : null,
        })),
      },
      options,
    ),
  );
}

const drawMap = (kind: "nngp" | "ntk") => (options: FigureOptions) => {
  const answer = shown.value;
  if (answer === null) return null;
  const { kernels } = answer;
  const isNngp = kind === "nngp";
  return figures().then(({ drawKernelMap }) =>
    drawKernelMap(
      {
        name: `${kind}-map`,
        title: isNngp ? "Kernel of the outputs (NNGP)" : "Kernel of the gradients (NTK)",
        caption: isNngp
          ? "Covariance of the outputs over initialisations, for every pair of the first training examples, in the order of their targets. What the network takes for similar is bright."
          : "Inner product of the gradients at initialisation: what a step of gradient descent on one example does to another.",
        quantity: isNngp ? "K(x, y)" : "Θ(x, y)",
        values: kernels[kind],
        ...{ size: kernels.size, groups: kernels.groups },
      },
      options,
    ),
  );
};
const drawNngp = drawMap("nngp");
const drawNtk = drawMap("ntk");

/** The learning curve. */
export function Curve(): JSX.Element {
  return (
    <FigureFrame
      name="generalization"
      otherScales={state.otherScales}
      title="Learning curve"
      draw={drawCurve}
      {...{ parameters }}
      data={() => shown.peek()?.points}
    />
  );
}

/** Eigenvalues at infinite and finite width. */
export function Spectrum(): JSX.Element {
  return (
    <FigureFrame
      name="kernel-spectrum"
      otherScales={state.otherScales}
      title="Eigenvalues of the kernel"
      draw={drawSpectrum}
      {...{ parameters }}
      data={() => shown.peek()?.eigenvalues}
    />
  );
}

/** The same size of the training set over widths. */
export function Widths(): JSX.Element {
  return (
    <FigureFrame
      name="width-curve"
      otherScales={state.otherScales}
      title="Test error against width"
      draw={drawWidths}
      {...{ parameters }}
      data={() => shown.peek()?.widths}
      empty="Drawn for the vanilla form without biases only, which is solved at every width at once."
    />
  );
}

/** Both kernels as maps, with their means. */
export function Maps(): JSX.Element {
  return (
    <section aria-label="Kernels">
      <div class="pair">
        <FigureFrame
          name="nngp-map"
          title="Kernel of the outputs (NNGP)"
          draw={drawNngp}
          {...{ parameters }}
          data={() => shown.peek()?.kernels.nngp}
        />
        <FigureFrame
          name="ntk-map"
          title="Kernel of the gradients (NTK)"
          draw={drawNtk}
          {...{ parameters }}
          data={() => shown.peek()?.kernels.ntk}
        />
      </div>
    </section>
  );
}

/** What the maps amount to. */
export function Means(): JSX.Element | null {
  const answer = shown.value;
  if (answer === null) return null;
  const { kernels } = answer;
  const { nngp, ntk, correlation, within, between } = kernels.means;
  const entries: readonly (readonly [string, number | null])[] = [
    ["mean K(x, x)", nngp],
    ["mean Θ(x, x)", ntk],
    ["mean correlation", correlation],
    ["within a sign", within],
    ["between signs", between],
  ];
  return (
    <section class="panel" aria-label="Means of the kernels">
      <h2>Kernels at infinite width, {kernels.size} examples</h2>
      <dl class="numbers">
        {entries.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{formatNumber(value)}</dd>
            </div>
          ),
        )}
      </dl>
      <p class="soft">Averages of the activation: {kernels.methods.join("; ") || "linear"}.</p>
    </section>
  );
}
