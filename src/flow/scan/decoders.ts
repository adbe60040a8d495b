/** What to say about decoders and examples that a measured flow cannot rest on, one sentence each. */
import { type DecoderLearning, stateOfDecoder } from "../classify/index.ts";
import type { FlowLayer, FlowProfile } from "./types.ts";

/** Names in a sentence before it says "and 12 more". */
const MOST_NAMES = 4;

/**
 * Decoders before the head that failed, with their numbers, and those that are still learning, where the verdict could
 * rest on them: at least half of all, or any when the forward spectrum alone does not decide.
 */
export function describeDecoders(
  profiles: readonly FlowProfile[],
  layers: readonly FlowLayer[],
  { batches, rate }: { readonly batches: number; readonly rate: number },
): string[] {
  const counted = layers.filter(({ depth, isCounted }) => isCounted && depth > 0);
  const found = counted.flatMap((layer) => {
    const learning = profiles.flatMap((profile) => profile.learning?.[layer.depth - 1] ?? []);
    const failed = learning.find((one) => stateOfDecoder(one) === "failed");
    const unfinished = learning.find((one) => stateOfDecoder(one) === "unfinished");
    return learning.length === 0 ? [] : [{ layer, failed, unfinished }];
  });
  const failed = found.flatMap((one) => (one.failed === undefined ? [] : [{ ...one, numbers: one.failed }]));
  const unfinished = found.filter((one) => one.unfinished !== undefined && one.failed === undefined);
  const restsOnForward = profiles.every(({ classification }) => classification.class === "subcritical");
  const matters = restsOnForward ? 2 * unfinished.length >= found.length : true;
  return [
    ...(failed.length === 0
      ? []
      : [
          `Decoders that have learned nothing, so that what lies behind them is not measured: ${namesOf(failed.map(({ layer, numbers }) => `${layer.name} (${describeLosses(numbers)})`))}. More minibatches (--batches, ${batches} here) or another learning rate (--decoder-rate, ${rate} here) may help.`,
        ]),
    ...(unfinished.length === 0 || !matters
      ? []
      : [
          `${unfinished.length} of ${found.length} decoders (${namesOf(unfinished.map(({ layer }) => layer.name))}) explain less than half of their target while their loss still falls clearly at the end: more minibatches (--batches, ${batches} here) may show more.`,
        ]),
  ];
}

function describeLosses({ start, end, variance }: DecoderLearning): string {
  const [last, first, constant] = [end, start, variance].map((value) => Number(value.toPrecision(3)));
  return `loss ${last} at the end, ${first} untrained, ${constant} for the best constant`;
}

/** Depths at which the differential entropy leaves examples out or is undefined. */
export function describeLeftOut(layers: readonly FlowLayer[], testBatch: number): string[] {
  const seen = layers.filter(({ isCounted }) => isCounted);
  const undefinedAt = seen.filter(({ differential }) => Number.isNaN(differential.value));
  const partial = seen.filter(
    ({ leftOut, differential }) => leftOut > 0 && !Number.isNaN(differential.value),
  );
  const most = Math.max(0, ...partial.map(({ leftOut }) => leftOut));
  const depths = (some: readonly FlowLayer[]): string =>
    namesOf(
      some.map(({ depth }) => String(depth)),
      8,
    );
  return [
    ...(partial.length === 0
      ? []
      : [
          `The differential entropy leaves out reconstructions whose pixels add up to about 0 (at depth ${depths(partial)}; up to ${Number(most.toPrecision(2))} of ${testBatch}).`,
        ]),
    ...(undefinedAt.length === 0
      ? []
      : [
          `The differential entropy is undefined at depth ${depths(undefinedAt)}: it divides by the sum of the pixels, which is about 0 in most reconstructions there. No cutoff is read off behind it.`,
        ]),
  ];
}

function namesOf(names: readonly string[], most: number = MOST_NAMES): string {
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  return `${names.slice(0, most).join(", ")}${more}`;
}
