/** The figures of a measured flow, each with the sentence that says what to see. */
import type { FlowLayer, FlowPictures, FlowResult, Reach } from "../flow/index.ts";
import { type DepthPoint, drawDepthProfile } from "./depth-profile.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { drawFlowCurve, type FlowCurveInput } from "./flow-curve.ts";
import { drawPictureGrid, type PictureColumn } from "./reconstruction-grid.ts";
import { drawSpectraRidgeline } from "./spectra-ridgeline.ts";

/** Figures by their place in the report; null where there are no numbers for them. */
export interface FlowFigures {
  readonly curve: Figure;
  readonly differential: Figure;
  readonly relative: Figure;
  readonly reconstructions: Figure | null;
  readonly prototypes: Figure | null;
  readonly channels: Figure | null;
  /** Spectra by depth as ridgelines: of the activations, of the reconstructions. */
  readonly spectra: readonly Figure[];
}

/** A flow as the curve figure takes it; theory's forward entropies are among the pictures. */
export function curveInput(result: FlowResult, pictures: FlowPictures | null): FlowCurveInput {
  const { layers, theory, reach } = result;
  const points = layers.filter(({ isCounted }) => isCounted);
  const forward = pictures?.extra.get("forward_theory")?.data as ArrayLike<number> | undefined;
  const predictedForward =
    forward === undefined ? null : [points[0]?.forward.value as number, ...Array.from(forward)];
  return {
    points,
    xiC: theory?.xiC ?? null,
    predictedForward,
    cutoff: reach.isWhole ? null : reach.depth,
    cutoffMeaning: `less than ${Math.round(100 * reach.share)} % of the input's entropy is left`,
  };
}

/** A depth as the pictures need it; every `FlowLayer` is one, and so is a depth of a measurement that is still going on. */
export type ShownLayer = Pick<FlowLayer, "depth" | "gram" | "forward" | "isCounted">;

/** Draws all figures that there are numbers for. */
export async function drawFlowFigures(
  result: FlowResult,
  pictures: FlowPictures | null,
  options: FigureOptions,
): Promise<FlowFigures> {
  const shape = pictures === null ? null : imageShape(pictures.shape);
  return {
    curve: await drawFlowCurve(curveInput(result, pictures), options),
    differential: await drawDepthProfile(
      {
        name: "flow-differential",
        title: "Differential entropy of the reconstructions",
        caption: `Pixels taken as independent Gaussians, in nats per pixel. The quantity of the published maps: it falls where all reconstructions become the same picture, down to about -19, where float32 ends.${describeLeftOut(result.layers)}`,
        quantity: "differential entropy (nats)",
        column: "differential entropy",
        layers: pointsOf(result.layers, ({ differential }) => differential),
      },
      options,
    ),
    relative: await drawDepthProfile(
      {
        name: "flow-relative",
        title: "Relative entropy of input and reconstruction",
        caption:
          "Median over the test examples, in nats. 0 is a perfect reconstruction; the plateau belongs to reconstructions that no longer depend on the input. Faint noise around an image weighs much here, so that the first depths can lie above it.",
        quantity: "relative entropy (nats)",
        column: "relative entropy",
        layers: pointsOf(result.layers, ({ relative }) => relative),
      },
      options,
    ),
    reconstructions: pictures === null ? null : await drawFlowReconstructions(result, pictures, options),
    prototypes: shape === null || pictures === null ? null : await drawPrototypes(pictures, shape, options),
    channels: shape === null || pictures === null ? null : await drawChannels(pictures, shape, options),
    spectra:
      pictures === null
        ? []
        : [
            await drawFlowSpectra("reconstructed", result, pictures, options),
            await drawFlowSpectra("forward", result, pictures, options),
          ],
  };
}

/** What the spectra of a kind are called, and what to see in them. */
const SPECTRA = {
  reconstructed: {
    quantity: "gram",
    title: "Spectra of the reconstructions",
    caption:
      "Eigenvalues of the Gram density matrix of the reconstructed batch, by depth. A spectrum that moves to the left and leaves one large eigenvalue behind means that all reconstructions are becoming the same.",
  },
  forward: {
    quantity: "forward",
    title: "Spectra of the activations",
    caption:
      "The same for the activations themselves. In the ordered phase one eigenvalue takes everything; in the chaotic phase the bulk broadens with noise that has nothing to do with the input.",
  },
} as const;

/** Spectra of the reconstructions or of the activations by depth, for the depths that count and have been measured. */
export async function drawFlowSpectra(
  kind: keyof typeof SPECTRA,
  { layers }: { readonly layers: readonly ShownLayer[] },
  pictures: Pick<FlowPictures, "forward" | "reconstructed">,
  options: FigureOptions,
): Promise<Figure> {
  const { quantity, title, caption } = SPECTRA[kind];
  const figure = await drawSpectraRidgeline(
    {
      ...{ title, caption },
      layers: layers
        .filter(({ isCounted }) => isCounted)
        .map((layer) => ({
          layer: layer.depth,
          eigenvalues: pictures[kind][layer.depth] as Float64Array,
          entropy: layer[quantity].value,
        })),
    },
    options,
  );
  return renameFigure(figure, `spectra-${kind}`);
}

/** Two figures of one kind on a page need names of their own. */
function renameFigure(figure: Figure, name: string): Figure {
  const { svg } = figure;
  for (const tag of ["title", "desc"]) svg.querySelector(tag)?.setAttribute("id", `${name}-${tag}`);
  svg.setAttribute("aria-labelledby", `${name}-title ${name}-desc`);
  svg.setAttribute("data-figure", name);
  return { ...figure, name };
}

function pointsOf(
  layers: readonly FlowLayer[],
  pick: (layer: FlowLayer) => DepthPoint["measured"],
): DepthPoint[] {
  return layers
    .filter(({ depth, isCounted }) => depth > 0 && isCounted)
    .map((layer) => {
      const measured = pick(layer);
      return {
        layer: layer.depth,
        theory: null,
        measured: measured !== null && Number.isNaN(measured.value) ? null : measured,
      };
    });
}

/** Where the sum of the pixels, by which examples are divided, is near 0. */
function describeLeftOut(layers: readonly FlowLayer[]): string {
  const seen = layers.filter(({ depth, isCounted }) => depth > 0 && isCounted);
  const missing = seen.filter(({ differential }) => Number.isNaN(differential.value));
  const partial = seen.filter(({ leftOut }) => leftOut > 0).length - missing.length;
  return [
    partial > 0
      ? ` At ${partial} ${partial === 1 ? "depth" : "depths"} reconstructions whose pixels add up to about 0 are left out.`
      : "",
    missing.length > 0
      ? ` Points are missing (${missing.length} of ${seen.length}) where these are most, so that the quantity is not defined.`
      : "",
  ].join("");
}

/** Shapes that can be shown as pictures: images, and vectors whose length is a square. */
function imageShape(shape: readonly number[]): [number, number, number] | null {
  if (shape.length === 3) return [shape[0] as number, shape[1] as number, shape[2] as number];
  if (shape.length === 2) return [1, shape[0] as number, shape[1] as number];
  const side = Math.round(Math.sqrt(shape[0] ?? 0));
  return side >= 6 && side * side === shape[0] ? [1, side, side] : null;
}

/** The same examples as every depth can still show them; null when they are no pictures. `reach` is null while it is not known. */
export function drawFlowReconstructions(
  { layers, reach }: { readonly layers: readonly unknown[]; readonly reach: Reach | null },
  {
    reconstructions,
    labels,
    examples,
    shape,
  }: Pick<FlowPictures, "reconstructions" | "labels" | "examples" | "shape">,
  options: FigureOptions,
): Promise<Figure> | null {
  const image = imageShape(shape);
  if (image === null) return null;
  const columns = reconstructions.map(
    (pixels, depth): PictureColumn => ({ label: depth === 0 ? "input" : String(depth), pixels }),
  );
  return drawPictureGrid(
    {
      name: "reconstructions",
      title: "The same inputs as each depth can still show them",
      caption: `Each row is one test example, each column what the decoders make of the activations at that depth (${layers.length - 1} blocks). ${describeReach(reach)}`,
      shape: image,
      rows: rowNames(labels, examples),
      columns,
      isByDepth: true,
    },
    options,
  );
}

function describeReach(reach: Reach | null): string {
  if (reach === null) return "Deeper decoders are still being trained.";
  return reach.isWhole
    ? "They stay apart to the end."
    : `Behind depth ${reach.depth} they are nearly the same picture: that much of the input is lost.`;
}

function drawPrototypes(
  { extra }: FlowPictures,
  shape: [number, number, number],
  options: FigureOptions,
): Promise<Figure> | null {
  const prototypes = extra.get("prototypes");
  if (prototypes === undefined) return null;
  const size = shape[0] * shape[1] * shape[2];
  const data = prototypes.data as Float32Array;
  return drawPictureGrid(
    {
      name: "prototypes",
      title: "Class prototypes",
      caption:
        "An output of +1 for one class and -1 for all others, passed backwards through all decoders: the input that the network would call a pure example of that class. They mean something for a trained network; before training they show what the decoders make of an output without content.",
      shape,
      rows: ["prototype"],
      columns: Array.from({ length: data.length / size }, (_, k) => ({
        label: `class ${k}`,
        pixels: data.subarray(k * size, (k + 1) * size),
      })),
      isScaledApart: true,
    },
    options,
  );
}

function drawChannels(
  { extra, labels }: FlowPictures,
  shape: [number, number, number],
  options: FigureOptions,
): Promise<Figure> | null {
  const views = extra.get("channels");
  const numbers = extra.get("channel_numbers");
  if (views === undefined || numbers === undefined) return null;
  const [channels = 0, examples = 0] = views.shape;
  const size = views.data.length / Math.max(1, channels);
  const depth = Number((extra.get("channel_depth")?.data as ArrayLike<number> | undefined)?.[0] ?? 0);
  return drawPictureGrid(
    {
      name: "channels",
      title: "What single channels carry",
      caption: `All channels of block ${depth} but one are set to zero and the rest of the cascade is run back: what is left of each input is what that channel carries. The channels with the strongest answers, each picture with its own black and white.`,
      shape,
      rows: rowNames(labels, examples),
      columns: Array.from({ length: channels }, (_, k) => ({
        label: `${(numbers.data as ArrayLike<number>)[k]}`,
        pixels: (views.data as Float32Array).subarray(k * size, (k + 1) * size),
      })),
      isScaledApart: true,
    },
    options,
  );
}

function rowNames(labels: readonly number[] | null, count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    labels === null ? `example ${i + 1}` : `class ${labels[i]}`,
  );
}
