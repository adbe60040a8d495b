/** Pictures beyond the reconstructions: class prototypes, channels of an image block, and theory's forward entropies. */
import type { Dataset, NumericArray } from "../../data/index.ts";
import { sizeOf } from "../../engine/index.ts";
import { loadKernels } from "../../kernels/index.ts";
import { reconstructChannels, reconstructPrototypes } from "../prototypes/index.ts";
import { innerProducts, predictForwardEntropy } from "../spectra/index.ts";
import type { MeasuredProfile } from "./profile.ts";
import type { FlowSource } from "./source.ts";

/** Channels that are shown. */
const CHANNELS = 12;
/** Outputs beyond this many are no classes. */
const MOST_CLASSES = 20;
/** Examples in a channel view. */
const CHANNEL_EXAMPLES = 3;

/** The extra pictures of one draw, as arrays of its picture file. */
export async function extraPictures(
  source: FlowSource,
  { cascade, profile }: MeasuredProfile,
  batch: Dataset,
  counted: number,
): Promise<Record<string, NumericArray>> {
  return {
    ...(await prototypes(cascade, batch)),
    ...(await channels(cascade, batch, profile.gram)),
    ...(await forwardTheory(source, cascade, batch, counted)),
  };
}

type Cascade = MeasuredProfile["cascade"];

async function prototypes(
  cascade: Cascade,
  { classes, shape }: Dataset,
): Promise<Record<string, NumericArray>> {
  const outputs = sizeOf(cascade.chain.blocks.at(-1)?.outputShape ?? []);
  if (classes === null || outputs !== classes || classes > MOST_CLASSES) return {};
  const { inputs } = await reconstructPrototypes(cascade);
  return { prototypes: { shape: [classes, ...shape], data: inputs } };
}

/** The strongest channels of the deepest image block from which something can still be seen. */
async function channels(
  cascade: Cascade,
  batch: Dataset,
  gram: readonly number[],
): Promise<Record<string, NumericArray>> {
  const { blocks } = cascade.chain;
  const candidates = blocks
    .map((_, i) => i + 1)
    .filter((depth) => (blocks[depth - 1]?.outputShape.length ?? 0) === 3)
    .filter((depth) => (gram[depth] as number) >= 0.5 * (gram[1] as number));
  const depth = candidates.at(-1);
  if (depth === undefined) return {};
  const few = { ...batch, count: Math.min(CHANNEL_EXAMPLES, batch.count) };
  const views: { channel: number; strength: number; reconstructed: Float32Array }[] = [];
  for await (const view of reconstructChannels(cascade, few, { depth })) {
    views.push(view);
    // only the strongest are kept: a block may have thousands
    views.sort((a, b) => b.strength - a.strength || a.channel - b.channel).splice(CHANNELS);
  }
  const data = new Float32Array(views.length * (views[0]?.reconstructed.length ?? 0));
  views.forEach(({ reconstructed }, i) => {
    data.set(reconstructed, i * reconstructed.length);
  });
  return {
    channels: { shape: [views.length, few.count, ...batch.shape], data },
    channel_numbers: { shape: [views.length], data: Int32Array.from(views, ({ channel }) => channel) },
    channel_depth: { shape: [1], data: Int32Array.of(depth) },
  };
}

/** Mean-field entropies of the activations by depth, for chains of dense layers; the input's own comes first. */
async function forwardTheory(
  { coverage, variances }: FlowSource,
  { chain }: Cascade,
  batch: Dataset,
  counted: number,
): Promise<Record<string, NumericArray>> {
  if (coverage.activation === null || variances === null) return {};
  if (!chain.blocks.every(({ kind }) => kind === "dense")) return {};
  const kernels = await loadKernels();
  const size = sizeOf(batch.shape);
  const input = innerProducts({ rows: batch.count, cols: size, data: batch.inputs }, { kernels });
  const entropy = predictForwardEntropy(coverage.activation, variances, input, {
    ...{ kernels, depth: counted, centring: "sample" },
  });
  return { forward_theory: { shape: [counted], data: Float64Array.from(entropy) } };
}
