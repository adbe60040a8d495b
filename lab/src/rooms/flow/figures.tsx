/** The figures of the room: those of the report, drawn anew whenever a depth is done. */
import type { JSX } from "preact";
import type { FigureOptions } from "../../../../src/figures/index.ts";
import { FigureFrame } from "../../figure/index.ts";
import { type ShownFlow, shown } from "./measurements.ts";
import { pins } from "./pins.ts";
import { state } from "./state.ts";
import { isDue, views } from "./turns.ts";

/** Figures, loaded with the first drawing. */
const figures = () => import("../../../../src/figures/index.ts");

const parameters = (): Readonly<Record<string, unknown>> => ({ ...shown.peek()?.request });
const data = (): unknown => shown.peek()?.result ?? shown.peek();

function drawCurve(options: FigureOptions) {
  const flow = views.curve.value;
  if (flow === null) return null;
  return figures().then(({ curveInput, drawFlowCurve }) => {
    if (flow.result !== null && isWhole(flow))
      return drawFlowCurve(curveInput(flow.result, flow.pictures), options);
    const points = flow.layers.filter(({ isCounted }) => isCounted);
    return drawFlowCurve({ points, xiC: flow.theory?.xiC ?? null, through: flow.counted }, options);
  });
}

function isWhole(flow: ShownFlow): flow is ShownFlow & { pictures: Required<ShownFlow["pictures"]> } {
  return flow.pictures.extra !== undefined;
}

function drawPictures(options: FigureOptions) {
  const flow = views.pictures.value;
  if (flow === null || !isImage(flow)) return null;
  return figures().then(
    ({ drawFlowReconstructions }) =>
      drawFlowReconstructions(
        { layers: flow.layers, reach: flow.reach },
        flow.pictures,
        options,
      ) as NonNullable<ReturnType<typeof drawFlowReconstructions>>,
  );
}

function isImage({ pictures }: ShownFlow): boolean {
  return pictures.shape.length >= 2 || Number.isInteger(Math.sqrt(pictures.shape[0] ?? 0));
}

const drawSpectra = (kind: "reconstructed" | "forward") => (options: FigureOptions) => {
  const flow = views[kind].value;
  if (flow === null) return null;
  return figures().then(({ drawFlowSpectra }) => drawFlowSpectra(kind, flow, flow.pictures, options));
};
const drawReconstructed = drawSpectra("reconstructed");
const drawForward = drawSpectra("forward");

function drawComparison(options: FigureOptions) {
  const flows = pins.value.flatMap(({ flow }) => (flow === null ? [] : [flow]));
  if (flows.length === 0) return null;
  return figures().then(({ drawFlowOverlay }) => drawFlowOverlay({ flows }, options));
}

/** Entropy against depth. */
export function Curve(): JSX.Element {
  return (
    <FigureFrame
      name="flow-curve"
      otherScales={state.otherScales}
      title="How far the input can be reconstructed"
      draw={drawCurve}
      isDue={isDue.curve}
      {...{ parameters, data }}
      empty="The curve grows while decoders finish."
    />
  );
}

/** The same images from every depth. */
export function Pictures(): JSX.Element {
  return (
    <FigureFrame
      name="reconstructions"
      title="The same inputs as each depth can still show them"
      draw={drawPictures}
      isDue={isDue.pictures}
      {...{ parameters, data }}
      empty="Pictures appear from left to right while decoders finish."
    />
  );
}

/** Spectra as ridgelines. */
export function Spectra(): JSX.Element {
  return (
    <div class="pair">
      <FigureFrame
        name="spectra-reconstructed"
        title="Spectra of the reconstructions"
        draw={drawReconstructed}
        isDue={isDue.reconstructed}
        {...{ parameters, data }}
      />
      <FigureFrame
        name="spectra-forward"
        title="Spectra of the activations"
        draw={drawForward}
        isDue={isDue.forward}
        {...{ parameters, data }}
      />
    </div>
  );
}

/** Pinned networks side by side. */
export function Comparison(): JSX.Element | null {
  if (pins.value.every(({ flow }) => flow === null)) return null;
  return (
    <FigureFrame
      name="flow-overlay"
      otherScales={state.otherScales}
      title="Flows side by side"
      draw={drawComparison}
      data={() => pins.peek().map(({ network, flow }) => ({ network, points: flow?.points ?? null }))}
      parameters={parameters}
    />
  );
}
