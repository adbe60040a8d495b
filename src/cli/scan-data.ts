/** The data of a scan: what the network is shown, and what networks are trained on. For the halves of a GAN they differ. */
import { SpecError } from "../base/index.ts";
import type { NetworkSpec } from "../networks/index.ts";
import { type FlowParts, type FlowSettings, scaleToUnitRange } from "../runs/index.ts";
import type { CommandContext } from "./command.ts";
import { readFlowData } from "./flow-options.ts";
import type { ScanTraining } from "./flow-scan-training.ts";
import { readSpec } from "./network-options.ts";
import { readText } from "./options.ts";
import { readNoise } from "./tune-pair.ts";

/** Data of a scan. */
export interface ScanData {
  /** What decoders are trained on and reconstruct. */
  readonly seen: FlowParts & { readonly described: string };
  readonly trained: ScanTraining;
}

/**
 * Reads the data. With `--partner` the network is one half of a GAN: `--data` are the real examples, mapped to [-1, 1], and
 * a generator is shown noise.
 */
export async function readScanData(
  context: CommandContext,
  spec: NetworkSpec,
  settings: FlowSettings,
): Promise<ScanData> {
  const text = readText(context.args, "partner");
  if (text === undefined) {
    const seen = await readFlowData(context, spec.input, settings);
    return { seen, trained: { ...seen, partner: null } };
  }
  const partner = await readSpec(text);
  const kinds = [spec.kind, partner.kind];
  if (!kinds.includes("generator") || !kinds.includes("discriminator")) {
    throw new SpecError(
      `--partner: received networks of kind ${spec.kind} and ${partner.kind}, expected a generator and a discriminator`,
      {
        hint: "isinglass flow 'generator:8-48x8-16' --partner 'discriminator:16-48x2-1' --data mixture:16:5:8 --scan",
      },
    );
  }
  const discriminator = spec.kind === "discriminator" ? spec : partner;
  const { described, ...parts } = await readFlowData(context, discriminator.input, settings);
  const { train, test } = scaleToUnitRange(parts);
  const real = { train, test: test ?? train, described: `${described}, mapped to [-1, 1]` };
  const seen = spec.kind === "generator" ? await readNoise(context, spec.input, settings) : real;
  return { seen, trained: { ...real, partner } };
}
