/** The two halves of a GAN: the generator is fed noise, the discriminator real examples, and each is tuned by itself. */
import { join } from "node:path";
import { SpecError } from "../base/index.ts";
import { type Dataset, loadDataset } from "../data/index.ts";
import type { NetworkSpec } from "../networks/index.ts";
import {
  type FlowParts,
  type FlowSettings,
  scaleToUnitRange,
  type TunePlan,
  type TuneResult,
  tuneFlow,
} from "../runs/index.ts";
import type { CommandContext } from "./command.ts";
import { describeData } from "./data-options.ts";
import { readFlowData, readFlowSettings } from "./flow-options.ts";
import { readSpec } from "./network-options.ts";
import { readText } from "./options.ts";
import { planOf } from "./tune-plan.ts";

/** Noise that a generator's decoders are trained on, at most. */
const NOISE_EXAMPLES = 20_000;

/** The discriminator of a GAN and the real examples. */
export interface Partner {
  readonly spec: NetworkSpec;
  readonly data: FlowParts;
  readonly described: string;
}

/** A discriminator after its own tuning. */
export interface TunedPartner {
  readonly plan: TunePlan;
  readonly result: TuneResult;
  readonly data: FlowParts;
}

/** Reads `--discriminator`; null without it. */
export async function readPartner(context: CommandContext, generator: NetworkSpec): Promise<Partner | null> {
  const text = readText(context.args, "discriminator");
  if (text === undefined) return null;
  const spec = await readSpec(text);
  if (generator.kind !== "generator" || spec.kind !== "discriminator") {
    throw new SpecError(
      `--discriminator: received networks of kind ${generator.kind} and ${spec.kind}, expected a generator and a discriminator`,
      {
        hint: "isinglass tune 'generator:16-64x3-784' --discriminator 'discriminator:784-64x3-1' --data mnist",
      },
    );
  }
  const { described, ...parts } = await readFlowData(context, spec.input, readFlowSettings(context));
  // generators end with tanh
  const { train, test } = scaleToUnitRange(parts);
  return { spec, described, data: { train, test: test ?? train } };
}

/** What a generator is fed. */
export async function readNoise(
  { seed }: CommandContext,
  shape: readonly number[],
  { testBatch, draws, batches, batch }: FlowSettings,
): Promise<FlowParts & { readonly described: string }> {
  const train = Math.min(NOISE_EXAMPLES, batches * batch);
  const parts = await loadDataset(`noise:${shape.join("x")}`, {
    train,
    test: testBatch * Math.max(2, draws),
    seed,
  });
  return {
    train: parts.train,
    test: parts.test as Dataset,
    described: `${describeData(parts.train)}, standard normal`,
  };
}

/** Tunes the discriminator in a folder of its own inside the run. */
export function tunePartner(
  path: string,
  { spec, data, described }: Partner,
  settings: FlowSettings,
  work: FlowParts & Pick<CommandContext, "signal" | "onProgress">,
  context: CommandContext,
): Promise<TunedPartner> {
  const plan = planOf(context, spec, described, settings);
  return tuneFlow(join(path, "discriminator"), plan, { ...work, ...data }).then((result) => ({
    plan,
    result,
    data,
  }));
}
